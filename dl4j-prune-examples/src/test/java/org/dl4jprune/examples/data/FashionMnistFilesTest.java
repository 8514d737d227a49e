/*
 * Copyright 2026 the dl4j-prune authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
 * compliance with the License. You may obtain a copy of the License at
 * https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License is
 * distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and limitations under the License.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
package org.dl4jprune.examples.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistFilesTest {

  private static final String IMAGES = "train-images-idx3-ubyte.gz";
  private static final String LABELS = "train-labels-idx1-ubyte.gz";

  @TempDir Path folder;

  @BeforeEach
  void writeSmallSet() throws IOException {
    for (String half : new String[] {"train", "t10k"}) {
      images(30).write(folder.resolve(half + "-images-idx3-ubyte.gz"));
      labels(30).write(folder.resolve(half + "-labels-idx1-ubyte.gz"));
    }
  }

  @Test
  void aFolderReadsLikeTheSample() {
    FashionMnist data = FashionMnist.in(folder);
    assertEquals(30, data.trainCount());
    assertEquals(30, data.testCount());
    assertEquals(29 / 255f, data.test(30).next().getFeatures().getFloat(29, 783));
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
    refuse("lacks t10k-labels-idx1-ubyte.gz; give a folder with the four gzipped IDX files");
  }

  @Test
  void aWrongMagicNumberIsNamed() throws IOException {
    labels(30).write(folder.resolve(IMAGES));
    refuse(IMAGES + " is corrupt: its magic number is 2049, not 2051; fetch it again");
  }

  @Test
  void aWrongImageSizeIsNamed() throws IOException {
    new Idx(new int[] {30, 14, 56}, new byte[30 * 784]).write(folder.resolve(IMAGES));
    refuse("it holds 30 items of extents [14, 56], where items of extents [28, 28] were expected");
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    Files.write(folder.resolve(LABELS), new byte[0]);
    refuse(LABELS + " is corrupt: it ends too early");
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(IMAGES));
    Files.write(folder.resolve(IMAGES), Arrays.copyOf(whole, whole.length / 2));
    refuse(IMAGES + " is corrupt: it ends too early");
  }

  @Test
  void aFileThatIsNotGzipIsNamed() throws IOException {
    Files.writeString(folder.resolve(LABELS), "<html>moved</html>");
    refuse(LABELS + " is corrupt: it is not a gzip file");
  }

  @Test
  void aHeaderThatPromisesMoreIsNamed() throws IOException {
    new Idx(new int[] {31, 28, 28}, images(30).values()).write(folder.resolve(IMAGES));
    refuse("its header promises 24304 bytes, but 23520 follow");
  }

  @Test
  void differentCountsAreNamed() throws IOException {
    labels(20).write(folder.resolve(LABELS));
    refuse("there are 30 images but 20 labels; the two files do not belong together");
  }

  @Test
  void aLabelOutOfRangeIsNamed() throws IOException {
    byte[] labels = labels(30).values();
    labels[5] = (byte) 200;
    new Idx(new int[] {30}, labels).write(folder.resolve(LABELS));
    refuse("it names class 200");
  }

  @Test
  void samplesKeepTheFirstOfEachClassInFileOrder(@TempDir Path to) throws IOException {
    MakeSample.write(folder, to, 2, 1);
    FashionMnistFiles train = FashionMnistFiles.read(FashionMnistFiles.folder(to), "train");
    assertArrayEquals(labels(20).values(), train.labels().values());
    assertArrayEquals(images(20).values(), train.images().values());
    assertEquals(10, FashionMnistFiles.read(FashionMnistFiles.folder(to), "t10k").labels().count());
  }

  @Test
  void samplesAreTheSameBytesEachTime(@TempDir Path one, @TempDir Path other) throws IOException {
    MakeSample.write(folder, one, 2, 1);
    MakeSample.write(folder, other, 2, 1);
    assertArrayEquals(
        Files.readAllBytes(one.resolve(IMAGES)), Files.readAllBytes(other.resolve(IMAGES)));
  }

  @Test
  void tooFewImagesOfAClassAreNamed(@TempDir Path to) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> MakeSample.write(folder, to, 4, 1))
            .getMessage();
    assertTrue(said.contains("cannot give 4 images of each class in " + LABELS), said);
  }

  private void refuse(String message) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> FashionMnist.in(folder)).getMessage();
    assertTrue(said.contains(message), said);
  }

  /** Image i is filled with the value i. */
  private static Idx images(int count) {
    byte[] pixels = new byte[count * 784];
    for (int image = 0; image < count; image++) {
      Arrays.fill(pixels, image * 784, (image + 1) * 784, (byte) image);
    }
    return new Idx(new int[] {count, 28, 28}, pixels);
  }

  /** Image i is of class i modulo 10. */
  private static Idx labels(int count) {
    byte[] labels = new byte[count];
    IntStream.range(0, count).forEach(image -> labels[image] = (byte) (image % 10));
    return new Idx(new int[] {count}, labels);
  }
}

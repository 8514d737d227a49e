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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One half of Fashion-MNIST, training or test, as its two files hold it.
 *
 * @param images the images, 28 by 28 bytes each
 * @param labels the class of each image, 0 to 9
 */
record FashionMnistFiles(Idx images, Idx labels) {

  static final String TRAIN = "train";
  static final String TEST = "t10k";

  /** Where a data set's files come from: a folder or the class path. */
  @FunctionalInterface
  interface Source {
    byte[] read(String name);
  }

  FashionMnistFiles {
    if (images.count() != labels.count()) {
      throw new IllegalArgumentException(
          "there are %d images but %d labels; the two files do not belong together, fetch both again"
              .formatted(images.count(), labels.count()));
    }
    for (byte label : labels.values()) {
      if (label < 0 || label >= FashionMnist.CLASSES) {
        throw Idx.corrupt("the label file", "it names class %d".formatted(label & 0xFF));
      }
    }
  }

  /** Reads one half, {@link #TRAIN} or {@link #TEST}. */
  static FashionMnistFiles read(Source source, String half) {
    String images = imagesName(half);
    String labels = labelsName(half);
    return new FashionMnistFiles(
        Idx.parse(images, source.read(images), FashionMnist.SIDE, FashionMnist.SIDE),
        Idx.parse(labels, source.read(labels)));
  }

  /** Gives the standard name of a half's image file. */
  static String imagesName(String half) {
    return half + "-images-idx3-ubyte.gz";
  }

  /** Gives the standard name of a half's label file. */
  static String labelsName(String half) {
    return half + "-labels-idx1-ubyte.gz";
  }

  /** Reads from a folder. */
  static Source folder(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(
            ("%s lacks %s; give a folder with the four gzipped IDX files of %s, "
                    + "or install Debian's dataset-fashion-mnist and give %s")
                .formatted(folder, name, FashionMnist.SOURCE, FashionMnist.STANDARD_FOLDER));
      }
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    };
  }

  /** Reads the sample that ships with the examples. */
  static Source sample() {
    return name -> {
      try (InputStream in = FashionMnistFiles.class.getResourceAsStream("/fashion-mnist/" + name)) {
        if (in == null) {
          throw new IllegalStateException(
              "the class path lacks fashion-mnist/%s; rebuild the examples' jar".formatted(name));
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read fashion-mnist/" + name, e);
      }
    };
  }
}

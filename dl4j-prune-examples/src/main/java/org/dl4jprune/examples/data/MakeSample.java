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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes the class-balanced sample of Fashion-MNIST that ships with the examples: the first images
 * of each class, kept in the order of the file. The same input gives the same bytes.
 */
@Command(
    name = "make-sample",
    mixinStandardHelpOptions = true,
    description = "Writes a class-balanced sample of Fashion-MNIST.")
public final class MakeSample implements Callable<Integer> {

  @Parameters(index = "0", description = "The folder with the four gzipped IDX files.")
  private Path from;

  @Parameters(index = "1", description = "The folder to write the sample to.")
  private Path to;

  @Option(
      names = "--train",
      defaultValue = "1000",
      description = "Training images per class (default: ${DEFAULT-VALUE}).")
  private int train;

  @Option(
      names = "--test",
      defaultValue = "200",
      description = "Test images per class (default: ${DEFAULT-VALUE}).")
  private int test;

  private MakeSample() {}

  /**
   * Runs the command.
   *
   * @param arguments the folder to read and the folder to write
   */
  public static void main(String... arguments) {
    System.exit(new CommandLine(new MakeSample()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    write(from, to, train, test);
    return 0;
  }

  /**
   * Writes the sample's four files.
   *
   * @param from the folder with the whole set
   * @param to the folder to write to, made where it is missing
   * @param train the number of training images per class
   * @param test the number of test images per class
   * @throws IOException if a file cannot be written
   * @throws IllegalArgumentException if a file is missing or corrupt, or has too few images
   */
  public static void write(Path from, Path to, int train, int test) throws IOException {
    Files.createDirectories(to);
    writeHalf(from, to, FashionMnistFiles.TRAIN, train);
    writeHalf(from, to, FashionMnistFiles.TEST, test);
  }

  private static void writeHalf(Path from, Path to, String half, int perClass) throws IOException {
    FashionMnistFiles all = FashionMnistFiles.read(FashionMnistFiles.folder(from), half);
    int[] chosen = firstOfEachClass(all.labels().values(), perClass);
    if (perClass < 1 || chosen.length != perClass * FashionMnist.CLASSES) {
      throw new IllegalArgumentException(
          "%s cannot give %d images of each class in %s; ask for fewer, but at least 1"
              .formatted(from, perClass, FashionMnistFiles.labelsName(half)));
    }
    all.images().pick(chosen).write(to.resolve(FashionMnistFiles.imagesName(half)));
    all.labels().pick(chosen).write(to.resolve(FashionMnistFiles.labelsName(half)));
  }

  private static int[] firstOfEachClass(byte[] labels, int perClass) {
    int[] seen = new int[FashionMnist.CLASSES];
    return IntStream.range(0, labels.length)
        .filter(item -> seen[labels[item]]++ < perClass)
        .toArray();
  }
}

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

import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Fashion-MNIST: grey images of clothes, 28 by 28 pixels, in ten classes (Xiao, Rasul and Vollgraf,
 * 2017). Every image is one flat row of 784 numbers between 0 and 1.
 *
 * <p>{@link #sample()} needs nothing but the examples' jar; {@link #in(Path)} reads the whole set:
 *
 * <pre>{@code
 * FashionMnist data = FashionMnist.sample();
 * network.fit(data.train(64, 1), 3);
 * network.evaluate(data.test(500));
 * }</pre>
 */
public final class FashionMnist {

  /** Where the data set comes from. */
  public static final String SOURCE = "https://github.com/zalandoresearch/fashion-mnist";

  /** Where Debian's package dataset-fashion-mnist puts the whole set. */
  public static final String STANDARD_FOLDER = "/usr/share/datasets/fashion-mnist";

  /** The height and the width of an image. */
  public static final int SIDE = 28;

  /** The number of pixels of an image. */
  public static final int PIXELS = SIDE * SIDE;

  /** The number of classes. */
  public static final int CLASSES = 10;

  /** The names of the classes, in the order of their numbers. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private final Rows train;
  private final Rows test;

  private FashionMnist(Rows train, Rows test) {
    this.train = train;
    this.test = test;
  }

  /**
   * Reads the sample that ships with the examples: 10,000 training and 2,000 test images, the first
   * of each class.
   *
   * @return the sample
   */
  public static FashionMnist sample() {
    return read(FashionMnistFiles.sample());
  }

  /**
   * Reads the four gzipped IDX files of a folder, such as {@link #STANDARD_FOLDER}.
   *
   * @param folder the folder
   * @return what the folder holds
   * @throws IllegalArgumentException if a file is missing or corrupt
   */
  public static FashionMnist in(Path folder) {
    return read(FashionMnistFiles.folder(folder));
  }

  private static FashionMnist read(FashionMnistFiles.Source source) {
    return new FashionMnist(
        Rows.of(FashionMnistFiles.read(source, FashionMnistFiles.TRAIN)),
        Rows.of(FashionMnistFiles.read(source, FashionMnistFiles.TEST)));
  }

  /**
   * Keeps the first training images only, in file order, and all the test images.
   *
   * @param trainImages how many
   * @return the smaller set
   * @throws IllegalArgumentException if there are fewer, or none is kept
   */
  public FashionMnist limit(int trainImages) {
    if (trainImages < 1 || trainImages > trainCount()) {
      throw new IllegalArgumentException(
          "cannot keep %d of %d training images; give a number from 1 to %d"
              .formatted(trainImages, trainCount(), trainCount()));
    }
    return new FashionMnist(train.first(trainImages), test);
  }

  /**
   * Trains on the first training images and tests on those that follow them, so that what is chosen
   * by a score is not chosen by the test images.
   *
   * @param trainImages how many to train on
   * @param validationImages how many to hold out
   * @return data without the test images
   * @throws IllegalArgumentException if there are not as many training images
   */
  public FashionMnist holdOut(int trainImages, int validationImages) {
    if (trainImages < 1 || validationImages < 1 || trainImages > trainCount() - validationImages) {
      throw new IllegalArgumentException(
          "cannot train on %d and hold out %d of %d training images; give numbers from 1 whose sum is at most %d"
              .formatted(trainImages, validationImages, trainCount(), trainCount()));
    }
    return new FashionMnist(
        train.first(trainImages), train.part(trainImages, trainImages + validationImages));
  }

  /**
   * Counts the training images.
   *
   * @return how many there are
   */
  public int trainCount() {
    return train.count();
  }

  /**
   * Counts the test images.
   *
   * @return how many there are
   */
  public int testCount() {
    return test.count();
  }

  /**
   * Goes through the training images, shuffled anew in every epoch. Two fresh iterators of one seed
   * give the same batches, bit by bit.
   *
   * @param batch the batch size; an epoch's last batch may be smaller
   * @param seed what the order of all epochs follows from
   * @return the iterator, before its first epoch
   * @throws IllegalArgumentException if the batch size is not above zero
   */
  public DataSetIterator train(int batch, long seed) {
    return train(batch, seed, 0);
  }

  /**
   * Goes through the training images as {@link #train(int, long)} does, from a later epoch on: for
   * training that is resumed.
   *
   * @param batch the batch size; an epoch's last batch may be smaller
   * @param seed what the order of all epochs follows from
   * @param epoch how many epochs were seen before
   * @return the iterator
   * @throws IllegalArgumentException if the batch size is not above zero or the epoch is negative
   */
  public DataSetIterator train(int batch, long seed, int epoch) {
    return RowIterator.shuffled(train.features(), train.labels(), batch, seed, epoch);
  }

  /**
   * Goes through the test images in file order.
   *
   * @param batch the batch size; the last batch may be smaller
   * @return the iterator
   * @throws IllegalArgumentException if the batch size is not above zero
   */
  public DataSetIterator test(int batch) {
    return RowIterator.inOrder(test.features(), test.labels(), batch);
  }

  /** One half of the data as two arrays, [n, 784] and [n, 10]. */
  private record Rows(INDArray features, INDArray labels) {

    static Rows of(FashionMnistFiles files) {
      int count = files.images().count();
      byte[] pixels = files.images().values();
      float[] features = new float[pixels.length];
      for (int i = 0; i < pixels.length; i++) {
        features[i] = (pixels[i] & 0xFF) / 255f;
      }
      byte[] classes = files.labels().values();
      float[] labels = new float[count * CLASSES];
      for (int row = 0; row < count; row++) {
        labels[row * CLASSES + classes[row]] = 1;
      }
      return new Rows(
          Nd4j.create(features, new long[] {count, PIXELS}, 'c'),
          Nd4j.create(labels, new long[] {count, CLASSES}, 'c'));
    }

    Rows first(int count) {
      return part(0, count);
    }

    Rows part(int from, int to) {
      return new Rows(part(features, from, to), part(labels, from, to));
    }

    int count() {
      return features.rows();
    }

    private static INDArray part(INDArray rows, int from, int to) {
      return rows.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup('c');
    }
  }
}

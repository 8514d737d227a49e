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
package org.dl4jprune.reconstruction;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a model is shown while its layers are refitted; labels are never used. */
public final class CalibrationInputs {
  private static final Logger LOG = LoggerFactory.getLogger(CalibrationInputs.class);
  private static final int BATCH = 128;

  /** Where inputs come from. */
  public enum Kind {
    /** Data of the task: the only kind that batch normalisations are set by. */
    IN_DISTRIBUTION,
    /** Other data of the same shape. */
    OUT_OF_DISTRIBUTION,
    /** Noise. */
    DATA_FREE
  }

  private final Kind kind;
  private final String text;
  private final List<org.nd4j.linalg.dataset.api.MultiDataSet> batches;

  private CalibrationInputs(
      Kind kind, String text, List<? extends org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("Calibration needs at least one batch of inputs");
    }
    this.kind = kind;
    this.text = text;
    this.batches = List.copyOf(batches);
  }

  /**
   * Data of the task, 128 to 1,024 examples.
   *
   * @param batches features; labels are ignored
   * @return the inputs
   * @throws IllegalArgumentException if there is no batch
   */
  public static CalibrationInputs inDistribution(
      List<? extends org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
    return new CalibrationInputs(Kind.IN_DISTRIBUTION, "in-distribution inputs", batches);
  }

  /**
   * Other data of the same shape; batch normalisations keep their statistics.
   *
   * @param batches features; labels are ignored
   * @return the inputs
   * @throws IllegalArgumentException if there is no batch
   */
  public static CalibrationInputs outOfDistribution(
      List<? extends org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
    return new CalibrationInputs(Kind.OUT_OF_DISTRIBUTION, "out-of-distribution inputs", batches);
  }

  /**
   * Noise N(0, 1), the better choice without data: on networks of rectified layers it beats uniform
   * noise by far.
   *
   * @param samples how many examples, at least 1
   * @param seed what they follow from
   * @param shape of one example, without the batch
   * @return the inputs, of one feature array
   * @throws IllegalArgumentException if there is no sample
   */
  public static CalibrationInputs gaussian(int samples, long seed, long... shape) {
    return noise("noise N(0, 1)", samples, seed, shape, all -> random(seed).nextGaussian(all));
  }

  /**
   * Noise U(0, 1), as in the paper. It excites rectified layers in one direction only, so it keeps
   * much less accuracy than {@link #gaussian} there; a warning is logged.
   *
   * @param samples how many examples, at least 1
   * @param seed what they follow from
   * @param shape of one example, without the batch
   * @return the inputs, of one feature array
   * @throws IllegalArgumentException if there is no sample
   */
  public static CalibrationInputs uniform(int samples, long seed, long... shape) {
    LOG.warn("Noise U(0, 1) reconstructs rectified layers badly; prefer N(0, 1) noise");
    return noise(
        "noise U(0, 1)",
        samples,
        seed,
        shape,
        all -> Nd4j.rand(random(seed), all).castTo(DataType.FLOAT));
  }

  private static Random random(long seed) {
    return Nd4j.getRandomFactory().getNewRandomInstance(seed);
  }

  private static CalibrationInputs noise(
      String text, int samples, long seed, long[] shape, Function<long[], INDArray> draw) {
    if (samples < 1) {
      throw new IllegalArgumentException(
          "%d samples of noise cannot be drawn; ask for at least 1".formatted(samples));
    }
    long[] whole = new long[shape.length + 1];
    whole[0] = samples;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    INDArray all = draw.apply(whole);
    List<MultiDataSet> batches = new ArrayList<>();
    for (int from = 0; from < samples; from += BATCH) {
      int to = Math.min(samples, from + BATCH);
      INDArray part = all.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(from, to)).dup('c');
      batches.add(new MultiDataSet(part, null));
    }
    return new CalibrationInputs(
        Kind.DATA_FREE, "%s, %d samples, seed %d".formatted(text, samples, seed), batches);
  }

  /**
   * Where the inputs come from.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  List<org.nd4j.linalg.dataset.api.MultiDataSet> batches() {
    return batches;
  }

  @Override
  public String toString() {
    return text;
  }
}

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
package org.dl4jprune.calibration;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Mean and variance of each channel of each layer over examples and positions, in inference mode.
 * The moments of the batches are merged as they pass, by the updating formulas of Chan, Golub and
 * LeVeque, 1979, so that no batch is kept.
 *
 * <p>Memory: the activations of one batch, two DOUBLE copies of the largest of them, and 16 bytes
 * for each channel.
 */
public final class ActivationStatistics implements AutoCloseable {
  private final Map<String, Moments> moments = new LinkedHashMap<>();

  private ActivationStatistics() {}

  /** The moments of one layer: the number of values, their means and their squared deviations. */
  private static final class Moments {
    private long count;
    private INDArray mean;
    private INDArray squares;

    void add(INDArray activation) {
      int[] others = IntStream.range(0, activation.rank()).filter(axis -> axis != 1).toArray();
      long size = activation.length() / activation.size(1);
      try (INDArray values = activation.castTo(DataType.DOUBLE).dup()) {
        INDArray batchMean = values.mean(others);
        values.subi(alongChannels(batchMean, values.rank()));
        INDArray batchSquares = values.muli(values).sum(others);
        merge(size, batchMean, batchSquares);
      }
    }

    private static INDArray alongChannels(INDArray channels, int rank) {
      long[] shape = new long[rank];
      Arrays.fill(shape, 1);
      shape[1] = channels.length();
      return channels.reshape(shape);
    }

    private void merge(long size, INDArray batchMean, INDArray batchSquares) {
      if (mean == null) {
        count = size;
        mean = batchMean;
        squares = batchSquares;
        return;
      }
      long total = count + size;
      batchMean.subi(mean);
      mean.addi(batchMean.mul((double) size / total));
      squares
          .addi(batchSquares)
          .addi(batchMean.muli(batchMean).muli((double) count * size / total));
      count = total;
      batchMean.close();
      batchSquares.close();
    }
  }

  /**
   * Runs a model over data.
   *
   * @param model the model
   * @param batches features without masks, gone through once
   * @return the statistics, to be closed
   * @throws IllegalStateException if there is no batch
   * @throws IllegalArgumentException if a batch has masks
   */
  public static ActivationStatistics of(
      PrunableModel model, Iterable<? extends MultiDataSet> batches) {
    ActivationStatistics statistics = new ActivationStatistics();
    boolean any = false;
    for (MultiDataSet batch : batches) {
      any = true;
      Unmasked.check(batch);
      model
          .activations(batch)
          .forEach(
              (layer, activation) -> {
                if (activation.rank() > 1) {
                  statistics.moments.computeIfAbsent(layer, key -> new Moments()).add(activation);
                }
              });
    }
    if (!any) {
      throw new IllegalStateException(
          "Statistics of activations need data; the calibration set is empty");
    }
    return statistics;
  }

  /**
   * The layers, vertices or ops that were seen.
   *
   * @return their keys, see {@link PrunableModel#activations}
   */
  public Set<String> layers() {
    return moments.keySet();
  }

  /**
   * The means of a layer's channels.
   *
   * @param layer a key of {@link #layers()}
   * @return rank 1, DOUBLE, one value for each channel; live
   */
  public INDArray mean(String layer) {
    return moments.get(layer).mean;
  }

  /**
   * The variances of a layer's channels, with the number of values as the divisor.
   *
   * @param layer a key of {@link #layers()}
   * @return rank 1, DOUBLE, one value for each channel; a copy
   */
  public INDArray variance(String layer) {
    Moments own = moments.get(layer);
    return own.squares.div(own.count);
  }

  @Override
  public void close() {
    for (Moments own : moments.values()) {
      own.mean.close();
      own.squares.close();
    }
  }
}

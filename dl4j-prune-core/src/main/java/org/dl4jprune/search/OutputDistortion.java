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
package org.dl4jprune.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How far the logits of pruned models are from those of a reference: the squared change, in the
 * mean over the outputs of an example and over examples. Steps that are padded do not count. Card
 * {@code layer-adaptive-rd}. Memory: the reference's logits of all examples.
 */
public final class OutputDistortion implements AutoCloseable {
  private final List<MultiDataSet> batches;
  private final List<INDArray[]> reference = new ArrayList<>();

  private OutputDistortion(List<MultiDataSet> batches) {
    this.batches = batches;
  }

  /**
   * Remembers a model's outputs.
   *
   * @param model the reference
   * @param batches the examples, of which labels are not used
   * @return what others are compared with
   * @throws IllegalStateException if the logits cannot be told from the model
   */
  public static OutputDistortion from(PrunableModel model, List<? extends MultiDataSet> batches) {
    OutputDistortion distortion = new OutputDistortion(List.copyOf(batches));
    for (MultiDataSet batch : distortion.batches) {
      INDArray[] logits = model.logits(batch);
      distortion.reference.add(Arrays.stream(logits).map(INDArray::dup).toArray(INDArray[]::new));
    }
    return distortion;
  }

  /**
   * The mean over all examples.
   *
   * @param model a model with outputs of the same shapes
   * @return at least 0; NaN if an output is
   */
  public double of(PrunableModel model) {
    long examples = batches.stream().mapToLong(batch -> batch.getFeatures(0).size(0)).sum();
    return reduced(model, changes -> HostReads.scalar(changes.sum())).stream()
            .mapToDouble(sum -> sum)
            .sum()
        / examples;
  }

  /**
   * That of the example that changes most.
   *
   * @param model a model with outputs of the same shapes
   * @return at least 0
   */
  public double ofWorst(PrunableModel model) {
    return reduced(model, changes -> HostReads.scalar(changes.max())).stream()
        .mapToDouble(worst -> worst)
        .max()
        .orElse(0);
  }

  private List<Double> reduced(PrunableModel model, ToDoubleFunction<INDArray> reduction) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      try (INDArray changes = perExample(model, batches.get(i), reference.get(i))) {
        numbers.add(reduction.applyAsDouble(changes));
      }
    }
    return numbers;
  }

  /** The mean squared change over all outputs of each example. */
  private static INDArray perExample(PrunableModel model, MultiDataSet batch, INDArray[] before) {
    INDArray[] after = model.logits(batch);
    INDArray sum = null;
    INDArray count = null;
    for (int i = 0; i < after.length; i++) {
      INDArray change = after[i].castTo(DataType.DOUBLE).sub(before[i].castTo(DataType.DOUBLE));
      change.muli(change);
      INDArray counted = change.ulike().assign(1);
      INDArray mask = batch.hasMaskArrays() ? batch.getLabelsMaskArray(i) : null;
      if (mask != null && change.rank() == 3) {
        INDArray steps = mask.castTo(DataType.DOUBLE).reshape(mask.size(0), 1, mask.size(1));
        change.muli(steps.broadcast(change.shape()));
        counted.muli(steps.broadcast(change.shape()));
      }
      int[] rest = IntStream.range(1, change.rank()).toArray();
      sum = sum == null ? change.sum(rest) : sum.addi(change.sum(rest));
      count = count == null ? counted.sum(rest) : count.addi(counted.sum(rest));
      change.close();
      counted.close();
    }
    // An example whose steps are all padded has no output that could change.
    count.addi(count.eq(0).castTo(DataType.DOUBLE));
    return sum.divi(count);
  }

  @Override
  public void close() {
    reference.forEach(logits -> Arrays.stream(logits).forEach(INDArray::close));
  }
}

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
import java.util.List;
import java.util.SortedSet;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.Request;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Evidence;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A copy of a model whose parameters are pruned and restored, one by one, while its logits are
 * compared with the model's.
 */
final class CurveBench implements AutoCloseable {
  private final PrunableModel model;
  private final PrunableModel copy;
  private final Layout layout;
  private final INDArray scores;
  private final OutputDistortion outputs;
  private final boolean worstExample;

  CurveBench(
      PrunableModel model,
      Layout layout,
      Criterion criterion,
      List<MultiDataSet> batches,
      boolean worstExample,
      long seed) {
    this.model = model;
    this.layout = layout;
    this.copy = model.copy();
    this.outputs = OutputDistortion.from(copy, batches);
    this.worstExample = worstExample;
    try (Evidence evidence = Evidence.of(copy, layout, batches, seed)) {
      this.scores = criterion.scores(evidence);
    }
  }

  /** How an allocation splits a sparsity: the zeros of each parameter. */
  long[] split(Allocation allocation, double sparsity) {
    List<Parameter> parameters = layout.parameters();
    long[] units = parameters.stream().mapToLong(Parameter::length).toArray();
    Request request =
        new Request(parameters, units, sparsity, i -> layout.flat(scores, parameters.get(i)));
    return allocation.allocate(request).stream().mapToLong(scope -> scope.zeros()).toArray();
  }

  /** The distortion of all parameters pruned together; the copy stays pruned so. */
  double distortion(long[] zeros) {
    for (int i = 0; i < zeros.length; i++) {
      prune(layout.parameters().get(i), zeros[i]);
    }
    return distortion();
  }

  /**
   * The curve of one parameter, all others as they are now, in which state it is left too.
   *
   * @param levels the numbers of zeros to measure at
   * @param now the zeros it has now
   * @param base the distortion without zeros in it; NaN if it must be measured
   */
  DistortionCurve curve(Parameter parameter, SortedSet<Long> levels, long now, double base) {
    List<Double> distortions = new ArrayList<>();
    for (long zeros : levels) {
      if (zeros == 0 && !Double.isNaN(base)) {
        distortions.add(base);
        continue;
      }
      prune(parameter, zeros);
      double distortion = distortion();
      if (!Double.isFinite(distortion)) {
        throw new IllegalArgumentException(
            "The outputs are not finite with a pruned %s".formatted(parameter.name()));
      }
      distortions.add(distortion);
    }
    prune(parameter, now);
    return new DistortionCurve(
        parameter.name(), parameter.length(), List.copyOf(levels), distortions);
  }

  private void prune(Parameter parameter, long zeros) {
    INDArray values = copy.values(parameter);
    values.assign(model.values(parameter));
    if (zeros > 0) {
      try (INDArray mask =
          ExactSelection.keepLargest(layout.flat(scores, parameter), parameter.length() - zeros)) {
        values.muli(parameter.fromFlat(mask));
      }
    }
  }

  private double distortion() {
    return worstExample ? outputs.ofWorst(copy) : outputs.of(copy);
  }

  @Override
  public void close() {
    scores.close();
    outputs.close();
  }
}

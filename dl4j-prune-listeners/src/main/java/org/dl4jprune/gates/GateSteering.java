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
package org.dl4jprune.gates;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Sets the weights of penalties and draws the gates' noise for each step of a training, and moves
 * multipliers after it.
 */
final class GateSteering extends BaseListener {
  private final Map<INDArray, Schedule> weights;
  private final Map<String, Multiplier> multipliers;
  private final List<SameDiffRelaxation> gates;
  private final Map<String, INDArray> excesses = new HashMap<>();

  /**
   * A multiplier that grows with an excess.
   *
   * @param value live, a scalar
   * @param rate of its ascent
   */
  record Multiplier(INDArray value, double rate) {}

  /**
   * A listener.
   *
   * @param weights the schedules of live scalars over the iterations, counted from 1
   * @param multipliers by the name of the variable that is their excess
   * @param gates all gates of the graph
   */
  GateSteering(
      Map<INDArray, Schedule> weights,
      Map<String, Multiplier> multipliers,
      Collection<SameDiffRelaxation> gates) {
    this.weights = weights;
    this.multipliers = Map.copyOf(multipliers);
    this.gates = List.copyOf(gates);
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  @Override
  public void iterationStart(SameDiff trained, At at, MultiDataSet data, long milliseconds) {
    weights.forEach((array, weight) -> array.assign(weight.at(at.iteration() + 1.0)));
    gates.forEach(SameDiffRelaxation::stepBegins);
  }

  /** The step has its loss and gradients by the end, so that the new value is that of the next. */
  @Override
  public void activationAvailable(
      SameDiff trained,
      At at,
      MultiDataSet batch,
      SameDiffOp op,
      String variable,
      INDArray activation) {
    if (multipliers.containsKey(variable)) {
      excesses.put(variable, activation.dup());
    }
  }

  @Override
  public void iterationDone(SameDiff gradientFunction, At at, MultiDataSet data, Loss loss) {
    gates.forEach(SameDiffRelaxation::stepEnds);
    multipliers.forEach(
        (name, multiplier) -> {
          try (INDArray excess = excesses.remove(name)) {
            INDArray value = multiplier.value();
            value.addi(excess.reshape(value.shape()).muli(multiplier.rate()));
            value.assign(Transforms.max(value, 0, true));
          }
        });
  }
}

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
package org.dl4jprune.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.listeners.RoundPruning;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How a model travels as long as its masks stay the same: out to the workers, and back summed. */
final class Shipping implements AutoCloseable {
  private final PrunableModel view;
  private final String configuration;
  private final LiveVectors live;
  private final long maskBytes;

  Shipping(RoundPruning rounds, boolean withUpdater) {
    this.view = rounds.model();
    Model model = (Model) view.unwrap();
    this.configuration = MaskedConfiguration.json(model, rounds.masks());
    this.maskBytes = MaskedConfiguration.maskBytes(model, configuration);
    try (INDArray carried = MaskedConfiguration.vector(view, configuration)) {
      this.live = new LiveVectors(view, carried, withUpdater);
    }
  }

  ModelMessage message() {
    return ModelMessage.of(view, configuration, live);
  }

  Traffic traffic(ModelMessage message, long gradientBytes) {
    long json = configuration.getBytes(StandardCharsets.UTF_8).length;
    return new Traffic(
        json - maskBytes,
        maskBytes,
        message.parameterBytes(),
        message.updaterBytes(),
        gradientBytes);
  }

  /**
   * Averages a round into the model and lets the masks be decided on.
   *
   * @return whether there was a decision, so that this way to travel is over
   * @throws IllegalStateException if the decision meets a number that is not finite; then the model
   *     is as it was before
   */
  boolean settle(RoundSum sum, RoundPruning rounds) {
    long from = view.iteration();
    List<INDArray> arrays = new ArrayList<>(List.of(view.blocks().get(0).values()));
    view.updaterStates().stream().map(UpdaterState::array).forEach(arrays::add);
    List<INDArray> before = arrays.stream().map(INDArray::dup).toList();
    try {
      live.setParameters(sum.parameters().divi(sum.workers()));
      if (sum.updaterState() != null) {
        live.setUpdaterState(sum.updaterState().divi(sum.workers()));
      }
      view.setCounts(from + sum.steps(), view.epoch());
      return rounds.roundDone(from, sum.gradient());
    } catch (RuntimeException e) {
      for (int i = 0; i < arrays.size(); i++) {
        arrays.get(i).assign(before.get(i));
      }
      view.setCounts(from, view.epoch());
      throw e;
    } finally {
      before.forEach(INDArray::close);
    }
  }

  @Override
  public void close() {
    live.close();
  }
}

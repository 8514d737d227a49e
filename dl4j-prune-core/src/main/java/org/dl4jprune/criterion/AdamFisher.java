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
package org.dl4jprune.criterion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ½·w²·v with v the second moment that Adam keeps: the {@link Fisher} score from what training has
 * gathered anyway, without a single further pass. v averages the square of the batches' mean
 * gradients, so it sees the noise of batches and not of examples. Card {@code classic-criteria},
 * row Fisher; the moment is v of algorithm 1 in Kingma and Ba, ICLR 2015, <a
 * href="https://arxiv.org/abs/1412.6980">arXiv 1412.6980</a>, without its bias correction, which is
 * one factor for all weights.
 *
 * <p>Works after or during training with Adam, AMSGrad and Nadam.
 */
public record AdamFisher() implements WholeNetworkCriterion {
  private static final String FIRST_MOMENT = "M";
  private static final String SECOND_MOMENT = "V";
  private static final double UNKNOWN = -1;

  @Override
  public INDArray scores(Evidence evidence) {
    List<UpdaterState> states = evidence.model().updaterStates();
    Map<String, INDArray> moments = new HashMap<>();
    for (UpdaterState state : states) {
      if (isSecondMoment(state, states)) {
        INDArray values = state.block().values();
        INDArray moment =
            moments.computeIfAbsent(state.block().name(), name -> values.ulike().assign(UNKNOWN));
        state.matching(moment).assign(state.array());
      }
    }
    INDArray scores = evidence.gather(parameter -> score(parameter, evidence, moments));
    moments.values().forEach(Temporary::close);
    return scores;
  }

  // Nesterovs calls its momentum V but has no M; AdaMax has both, but its V is a largest gradient.
  private static boolean isSecondMoment(UpdaterState state, List<UpdaterState> states) {
    return state.key().equals(SECOND_MOMENT)
        && !state.driftsWithoutGradient()
        && states.stream()
            .anyMatch(
                other ->
                    other.key().equals(FIRST_MOMENT)
                        && other.block().name().equals(state.block().name())
                        && other.start() == state.start());
  }

  private static INDArray score(
      Parameter parameter, Evidence evidence, Map<String, INDArray> moments) {
    ParameterBlock block = evidence.model().blockOf(parameter);
    INDArray whole = moments.get(block.name());
    INDArray moment = whole == null ? null : block.view(whole, parameter);
    if (moment == null || HostReads.scalar(moment.min()) < 0) {
      throw new IllegalStateException(
          ("The updater keeps no second moment for parameter %s: train it with Adam, AMSGrad or"
                  + " Nadam, or choose Fisher, which needs data instead")
              .formatted(parameter.name()));
    }
    INDArray values = evidence.values(parameter);
    return values.mul(values).muli(moment).muli(0.5);
  }
}

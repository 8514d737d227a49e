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
package org.dl4jprune.model;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.AdaMaxUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;

/** Reads the state arrays of ND4J's updaters. */
final class Updaters {
  private Updaters() {}

  /** Adds one entry for each state array of an updater that covers [start, end) of a block. */
  static void states(
      List<UpdaterState> to,
      GradientUpdater<?> updater,
      ParameterBlock block,
      long start,
      long end) {
    if (updater.getConfig().stateSize(1) == 0) {
      return;
    }
    IUpdater config = updater.getConfig();
    for (Map.Entry<String, INDArray> state : updater.getState().entrySet()) {
      INDArray array = state.getValue();
      boolean wholeBlock = end - start == block.values().length();
      to.add(
          new UpdaterState(
              state.getKey(),
              block,
              start,
              end,
              wholeBlock && array.rank() == block.values().rank()
                  ? array
                  : array.reshape(array.length()),
              initialValue(config),
              drifts(config, state.getKey())));
    }
  }

  // RMSProp's average decays and AdaMax adds a guard against division by zero to its largest
  // gradient, both even where the gradient is zero.
  private static boolean drifts(IUpdater config, String key) {
    return config instanceof RmsProp
        || (config instanceof AdaMax && key.equals(AdaMaxUpdater.U_STATE));
  }

  private static double initialValue(IUpdater config) {
    if (config instanceof AdaGrad adaGrad) {
      return adaGrad.getEpsilon();
    }
    return config instanceof RmsProp rmsProp ? rmsProp.getEpsilon() : 0;
  }
}

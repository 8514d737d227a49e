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
package org.dl4jprune.examples.experiments;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.PruningListener;

/** A second training of a trained network. */
final class FineTuning {
  private static final long OTHER_ORDER = 1000;

  private FineTuning() {}

  /**
   * Trains on with a rate that starts anew.
   *
   * @return the test accuracy in percent
   */
  static double run(Setup setup, MultiLayerNetwork network, long seed, PruningListener listener) {
    // The schedule of the rate counts the network's own iterations.
    network.getLayerWiseConfigurations().setIterationCount(0);
    network.getLayerWiseConfigurations().setEpochCount(0);
    network.setLearningRate(
        ((org.nd4j.linalg.learning.config.Nesterovs) setup.updater()).getLearningRateSchedule());
    return setup.accuracy(setup.train(network, seed + OTHER_ORDER, listener));
  }
}

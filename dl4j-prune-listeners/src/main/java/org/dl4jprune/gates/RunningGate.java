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

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What gate layers share when they run: finding their penalties, and being found. */
abstract class RunningGate<C extends GateConfiguration> extends BaseLayer<C>
    implements GateSites.Gated {

  RunningGate(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public final String site() {
    return layerConf().getLayerName();
  }

  @Override
  public final double cost() {
    return layerConf().getCost();
  }

  /** The listener that holds the penalties, or null if the model has none. */
  final GatePenalties penalties() {
    return penalties(trainingListeners);
  }

  static GatePenalties penalties(Iterable<TrainingListener> listeners) {
    if (listeners != null) {
      for (TrainingListener listener : listeners) {
        if (listener instanceof GatePenalties penalties) {
          return penalties;
        }
      }
    }
    return null;
  }

  /** DL4J sums gradients over the minibatch and divides later, where it is told to. */
  static double examples(NeuralNetConfiguration conf, GatePenalties penalties, INDArray batch) {
    return conf.isMiniBatch() ? penalties.examples(batch.size(0)) : 1;
  }

  @Override
  public final double calcRegularizationScore(boolean backpropParamsOnly) {
    GatePenalties penalties = penalties();
    return penalties == null ? 0 : penalties.score(site(), getIterationCount());
  }

  @Override
  public final boolean isPretrainLayer() {
    return false;
  }
}

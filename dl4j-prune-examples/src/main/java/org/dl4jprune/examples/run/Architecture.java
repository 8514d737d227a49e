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
package org.dl4jprune.examples.run;

import java.util.Locale;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.net.SameDiffNetworks;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/** The networks that the examples can train. */
public enum Architecture {
  /** LeNet-300-100, a multilayer perceptron. */
  MLP,
  /** LeNet-5 with ReLU and max pooling. */
  LENET5,
  /** Caffe's LeNet, ten times the size. */
  LENET,
  /** A residual network of three stages. */
  RESNET;

  /**
   * Tells whether an engine has this network.
   *
   * @param engine the engine
   * @return true if it does
   */
  public boolean runsOn(Engine engine) {
    return engine == Engine.DL4J || this == MLP || this == LENET5;
  }

  /** Builds the network of a setting, untrained. */
  Learner learner(Setting setting, FashionMnist data) {
    long seed = setting.seed();
    IUpdater updater = setting.updater();
    if (setting.engine() == Engine.SAMEDIFF) {
      return new SameDiffLearner(
          this == MLP
              ? SameDiffNetworks.mlp(seed, updater, DataType.FLOAT)
              : SameDiffNetworks.lenet5(seed, updater, DataType.FLOAT),
          data,
          setting);
    }
    return switch (this) {
      case MLP -> new LayerLearner<>(Networks.mlp(seed, updater, DataType.FLOAT), data, setting);
      case LENET5 ->
          new LayerLearner<>(Networks.lenet5(seed, updater, DataType.FLOAT), data, setting);
      case LENET ->
          new LayerLearner<>(Networks.lenet(seed, updater, DataType.FLOAT), data, setting);
      case RESNET ->
          new LayerLearner<>(Networks.resnet(seed, updater, DataType.FLOAT), data, setting);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

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
package org.dl4jprune.structure.depth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.factory.Nd4j;

/** Takes layers out of a {@code MultiLayerNetwork}; those behind move up. */
final class LayerRemoval {
  private LayerRemoval() {}

  static PrunableModel of(MultiLayerNetwork network, PrunableModel view, Set<String> gone) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    List<Integer> oldNumbers = new ArrayList<>();
    Map<Integer, InputPreProcessor> preprocessors = new HashMap<>();
    for (int i = 0; i < network.getnLayers(); i++) {
      if (!gone.contains(String.valueOf(i))) {
        InputPreProcessor before = configuration.getInputPreProcess(i);
        if (before != null) {
          preprocessors.put(layers.size(), before);
        }
        oldNumbers.add(i);
        layers.add(configuration.getConf(i));
      }
    }
    configuration.setConfs(layers);
    configuration.setInputPreProcessors(preprocessors);
    long length =
        view.parameters().stream()
            .filter(p -> !gone.contains(p.name().substring(0, p.name().lastIndexOf('_'))))
            .mapToLong(Parameter::length)
            .sum();
    MultiLayerNetwork smaller = new MultiLayerNetwork(configuration);
    smaller.init(Nd4j.createUninitialized(view.dataType(), new long[] {length}), false);
    PrunableModel result = PrunableModel.of(smaller);
    CopiedState.copy(
        view,
        result,
        name -> {
          int separator = name.lastIndexOf('_');
          int number = Integer.parseInt(name.substring(0, separator));
          return oldNumbers.get(number) + name.substring(separator);
        });
    return result;
  }
}

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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Wraps layers in {@link GatedWeights}. */
final class WeightSites {
  private final Granularity granularity;
  private final Consumer<GatedWeights> configure;
  private final GateCost.Counter counter;

  WeightSites(Granularity granularity, Consumer<GatedWeights> configure, GateCost.Counter counter) {
    this.granularity = granularity;
    this.configure = configure;
    this.counter = counter;
  }

  void wrap(Model model, GatedNetwork network, List<String> layers) {
    Map<String, INDArray> parameters = model.paramTable();
    List<String> chosen = new ArrayList<>();
    for (String key : network.layerKeys()) {
      if (layers.isEmpty() && refusal(network.layer(key), parameters, key) == null) {
        chosen.add(key);
      }
    }
    for (String layer : layers) {
      String key =
          network.layerKeys().stream()
              .filter(one -> GateChoice.isCalled(network, one, layer))
              .findFirst()
              .orElseThrow(() -> GateChoice.unknown(network, layer));
      String why =
          chosen.contains(key) ? "it is named twice" : refusal(network.layer(key), parameters, key);
      if (why != null) {
        throw GateChoice.refusal(layer, why);
      }
      chosen.add(key);
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "No layer of this network can carry gates of granularity " + granularity);
    }
    chosen.forEach(key -> wrap(network, key, parameters));
  }

  private void wrap(GatedNetwork network, String key, Map<String, INDArray> parameters) {
    NeuralNetConfiguration conf = network.conf(key);
    Layer layer = conf.getLayer();
    if (layer.getLayerName() == null) {
      layer.setLayerName(network.name(key));
    }
    String weight = weightKey();
    long[] weights = parameters.get(key + "_" + weight).shape();
    long[] shape =
        layer instanceof SelfAttentionLayer attention
            ? new long[] {heads(attention, weights)}
            : weights;
    GatedWeights gated = new GatedWeights(layer, weight, shape);
    gated.setCost(counter.of(List.of(key), Arrays.stream(shape).reduce(1, Math::multiplyExact)));
    configure.accept(gated);
    conf.clearVariables();
    conf.setLayer(gated);
  }

  private String weightKey() {
    return granularity == Granularity.HEAD ? "Wo" : "W";
  }

  private static long heads(SelfAttentionLayer attention, long[] output) {
    return output[0] / attention.getHeadSize();
  }

  private String refusal(Layer layer, Map<String, INDArray> parameters, String key) {
    if (layer instanceof GatedWeights) {
      return "its weights are gated already; fold them first";
    }
    if (granularity == Granularity.HEAD) {
      return layer instanceof SelfAttentionLayer && parameters.containsKey(key + "_Wo")
          ? null
          : "head gates are for SelfAttentionLayer with projections";
    }
    boolean known = layer instanceof DenseLayer || layer instanceof ConvolutionLayer;
    return known && parameters.containsKey(key + "_W")
        ? null
        : "weight gates are for dense and convolutional layers with one weight W";
  }
}

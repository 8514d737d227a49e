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
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * A dense or convolutional layer with the batch normalisations and activations that only it feeds.
 * A gate sits behind the last of them: in front of a batch normalisation a zero would come out as β
 * − γμ/σ.
 *
 * @param keys the layers' keys, first to last
 * @param scaled the layer whose scale and shift carry a gate's value when it is folded
 * @param scales whether multiplying them by a positive number multiplies the output by it
 * @param channels the width of the output
 * @param channelsLast whether channels are the last axis
 */
record Chain(
    List<String> keys, String scaled, boolean scales, long channels, boolean channelsLast) {

  String first() {
    return keys.get(0);
  }

  String last() {
    return keys.get(keys.size() - 1);
  }

  /** All chains of a network in its order. */
  static List<Chain> of(GatedNetwork network) {
    List<Chain> chains = new ArrayList<>();
    for (String key : network.layerKeys()) {
      Layer layer = network.layer(key);
      if (layer instanceof DenseLayer || layer instanceof ConvolutionLayer) {
        chains.add(from(network, key));
      }
    }
    return chains;
  }

  private static Chain from(GatedNetwork network, String first) {
    FeedForwardLayer layer = (FeedForwardLayer) network.layer(first);
    List<String> keys = new ArrayList<>(List.of(first));
    String scaled = first;
    boolean scales = canScale(layer) && keepsScale(layer.getActivationFn());
    while (true) {
      String next = next(network, keys.get(keys.size() - 1));
      Layer following = next == null ? null : network.layer(next);
      if (following instanceof BatchNormalization normalisation) {
        scaled = next;
        scales = !normalisation.isLockGammaBeta();
      } else if (following instanceof ActivationLayer activation) {
        scales = scales && keepsScale(activation.getActivationFn());
      } else {
        return new Chain(List.copyOf(keys), scaled, scales, layer.getNOut(), channelsLast(layer));
      }
      keys.add(next);
    }
  }

  /** The only reader of a layer, if it reads it as it is. */
  private static String next(GatedNetwork network, String key) {
    List<String> consumers = network.consumers(key);
    boolean plain =
        consumers.size() == 1
            && network.layer(consumers.get(0)) != null
            && network.preprocessor(consumers.get(0)) == null;
    return plain ? consumers.get(0) : null;
  }

  private static boolean canScale(Layer layer) {
    return layer instanceof DenseLayer
        || layer.getClass() == ConvolutionLayer.class
        || layer.getClass() == Convolution1DLayer.class;
  }

  private static boolean keepsScale(IActivation activation) {
    return activation instanceof ActivationReLU
        || activation instanceof ActivationLReLU
        || activation instanceof ActivationIdentity;
  }

  private static boolean channelsLast(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    return layer instanceof ConvolutionLayer convolution
        && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  /** Why no gate can sit behind the chain, or null. */
  String refusal(GatedNetwork network) {
    for (String key : keys) {
      Layer layer = network.layer(key);
      IActivation activation =
          layer instanceof ActivationLayer own
              ? own.getActivationFn()
              : layer instanceof BaseLayer trained ? trained.getActivationFn() : null;
      if (activation instanceof ActivationSoftmax) {
        return "a softmax over channels does not treat a zero as an absence";
      }
    }
    return null;
  }
}

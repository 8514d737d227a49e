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

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.dl4jprune.host.HostReads;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Turns the layers of a copied configuration into the linear network that SynFlow scores. */
final class SynapticFlow {
  private SynapticFlow() {}

  /**
   * Replaces what SynFlow leaves out: dropout, batch statistics, output activations and losses.
   *
   * @return the layer itself, changed, or a wrapper around it
   */
  static Layer linearise(Layer copied) {
    Layer layer = copied instanceof FrozenLayer frozen ? frozen.getLayer() : copied;
    layer.setIDropout(null);
    if (layer instanceof BatchNormalization normalization) {
      return new FixedNormalization(normalization);
    }
    if (layer instanceof BaseOutputLayer output) {
      output.setLossFn(new SumOfLogits());
    } else if (layer instanceof LossLayer loss) {
      loss.setLossFn(new SumOfLogits());
    } else if (layer instanceof RnnLossLayer loss) {
      loss.setLossFn(new SumOfLogits());
    } else if (layer instanceof CnnLossLayer loss) {
      loss.setLossFn(new SumOfLogits());
    } else {
      return layer;
    }
    ((BaseLayer) layer).setActivationFn(new ActivationIdentity());
    return layer;
  }

  /** R = the sum of everything in front of the loss. */
  private static final class SumOfLogits implements ILossFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public double computeScore(
        INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
      return HostReads.scalar(logits.sum());
    }

    @Override
    public INDArray computeScoreArray(
        INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
      return logits.sum(true, 1);
    }

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray logits, IActivation activation, INDArray mask) {
      return logits.ulike().assign(1);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
        INDArray labels, INDArray logits, IActivation activation, INDArray mask, boolean average) {
      return Pair.of(
          computeScore(labels, logits, activation, mask, average),
          computeGradient(labels, logits, activation, mask));
    }

    @Override
    public String name() {
      return "sum of logits";
    }
  }
}

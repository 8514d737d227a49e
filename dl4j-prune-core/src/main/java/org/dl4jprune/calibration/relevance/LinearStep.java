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
package org.dl4jprune.calibration.relevance;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer with weights and its activation function. */
final class LinearStep implements Step {
  private final LinearMap map;
  private final INDArray weights;
  private INDArray bias;
  private final IActivation activation;
  private INDArray foldedWeights;
  private INDArray foldedBias;

  LinearStep(LinearMap map, INDArray weights, INDArray bias, IActivation activation) {
    this.map = map;
    this.weights = weights;
    this.bias = bias;
    this.activation = activation;
    this.foldedWeights = weights;
    this.foldedBias = bias;
  }

  /** Takes the normalisation that follows into weights and bias, for relevance only. */
  void fold(ScaleStep normalisation) {
    INDArray scale = normalisation.scale();
    foldedWeights = weights.mul(map.alongWeights(scale, weights.rank()));
    INDArray shift = normalisation.shift();
    foldedBias = bias == null ? shift : bias.reshape(bias.length()).mul(scale).addi(shift);
  }

  /** Adds one number to each channel. */
  void addBias(INDArray more) {
    INDArray flat = more.reshape(more.length());
    bias = bias == null ? flat : bias.reshape(bias.length()).add(flat);
    foldedBias = bias;
  }

  boolean isConvolution() {
    return map instanceof ConvolutionMap;
  }

  IActivation activation() {
    return activation;
  }

  int channelAxis() {
    return map.channelAxis();
  }

  /** What the layer computes in front of its activation function. */
  INDArray preActivation(INDArray input) {
    INDArray z = map.apply(input, weights);
    return bias == null ? z : z.add(map.alongOutput(bias.reshape(bias.length()), z.rank()));
  }

  /** The gradient in front of the activation function from the one behind it. */
  INDArray throughActivation(INDArray preActivation, INDArray gradient) {
    return activation.backprop(preActivation.dup(), gradient.dup()).getFirst();
  }

  INDArray transposed(INDArray preGradient, INDArray input) {
    return map.transposed(preGradient, weights, input.shape());
  }

  INDArray relevance(INDArray input, INDArray relevance, LrpRule rule, double epsilon) {
    return switch (rule) {
      case EPSILON ->
          LinearRules.epsilon(
              map,
              input,
              foldedWeights,
              foldedBias == null ? null : foldedBias.reshape(foldedBias.length()),
              relevance,
              epsilon);
      case ALPHA1_BETA0 -> LinearRules.alphaBeta(map, input, foldedWeights, relevance);
    };
  }

  INDArray boxRelevance(INDArray input, INDArray relevance, double low, double high) {
    return LinearRules.box(map, input, foldedWeights, relevance, low, high);
  }

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    return new INDArray[] {relevance(inputs[0], relevance, LrpRule.EPSILON, epsilon)};
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    INDArray pre = throughActivation(preActivation(inputs[0]), gradient);
    return new INDArray[] {transposed(pre, inputs[0])};
  }
}

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

import java.util.Map;
import java.util.function.Consumer;
import org.dl4jprune.calibration.Unmasked;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The gradient of each example's own loss with respect to what the layers with weights compute, in
 * inference mode: batch normalisations use their running statistics, dropout is off.
 *
 * <p>Memory: the activations of one batch, and the gradients of the layers that are under way.
 */
public final class ActivationGradient extends BackwardPass {
  private final INDArray[] labels;
  private final Consumer<LayerSignal> consumer;
  private INDArray preActivation;

  private ActivationGradient(Tape tape, INDArray[] labels, Consumer<LayerSignal> consumer) {
    super(tape);
    this.labels = labels;
    this.consumer = consumer;
  }

  /**
   * Shows activation and gradient at each layer with weights, from the last to the first.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param batch features and labels
   * @param consumer sees both, in front of each activation function
   * @throws IllegalArgumentException if a layer has no rule, labels or the loss are missing, or the
   *     batch has masks
   */
  public static void propagate(
      PrunableModel model, MultiDataSet batch, Consumer<LayerSignal> consumer) {
    Unmasked.check(batch);
    new ActivationGradient(Tapes.ofNetwork(model, batch), batch.getLabels(), consumer).run(false);
  }

  /**
   * The gradient with respect to the model's inputs.
   *
   * @param model the model
   * @param batch features and labels
   * @return arrays of the features' shapes by the name of the input
   * @throws IllegalArgumentException as {@link #propagate}
   */
  public static Map<String, INDArray> ofInputs(PrunableModel model, MultiDataSet batch) {
    Unmasked.check(batch);
    return new ActivationGradient(Tapes.ofNetwork(model, batch), batch.getLabels(), signal -> {})
        .run(true);
  }

  @Override
  INDArray start(Tape.Output output, int index) {
    if (output.loss() == null) {
      throw new IllegalArgumentException(
          "Output %s has no loss, so there is no gradient; end the model with an output layer"
              .formatted(output.node()));
    }
    if (labels == null || labels.length <= index || labels[index] == null) {
      throw new IllegalArgumentException(
          "The loss of output %s needs labels, and the data have none".formatted(output.node()));
    }
    Tape.Node node = tape().node(output.node());
    INDArray input = tape().inputsOf(node)[0];
    INDArray z = node.step() instanceof LinearStep linear ? linear.preActivation(input) : input;
    return output.loss().computeGradient(labels[index], z.dup(), output.activation(), null);
  }

  @Override
  INDArray throughActivation(LinearStep step, INDArray input, INDArray signal) {
    preActivation = step.preActivation(input);
    return step.throughActivation(preActivation, signal);
  }

  @Override
  void visit(Tape.Node node, LinearStep step, INDArray input, INDArray signal) {
    INDArray z = preActivation == null ? step.preActivation(input) : preActivation;
    preActivation = null;
    consumer.accept(new LayerSignal(node.name(), step.channelAxis(), z, signal));
  }

  @Override
  INDArray throughWeights(Tape.Node node, LinearStep step, INDArray input, INDArray signal) {
    return step.transposed(signal, input);
  }

  @Override
  INDArray[] through(Step step, INDArray[] inputs, INDArray output, INDArray signal) {
    return step.gradient(inputs, output, signal);
  }
}

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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dl4jprune.calibration.Unmasked;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.OneHot;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Layer-wise relevance propagation over one batch: each example's relevance of one at a logit is
 * handed back, layer by layer. Yeom et al. 2021, <a href="https://arxiv.org/abs/1912.08881">arXiv
 * 1912.08881</a>, section 3; one-hot at the logit as in the paper, where the authors' code divides
 * the logit by itself.
 *
 * <p>Memory: the activations of one batch, and the relevance of the layers that are under way.
 * Time: one forward pass and up to four convolutions for each convolution.
 */
public final class Relevance extends BackwardPass {
  private final LrpRules rules;
  private final Start start;
  private final INDArray[] labels;
  private final double[] box;
  private final Consumer<LayerSignal> consumer;

  private Relevance(
      Tape tape,
      LrpRules rules,
      Start start,
      INDArray[] labels,
      double[] box,
      Consumer<LayerSignal> consumer) {
    super(tape);
    this.rules = rules;
    this.start = start;
    this.labels = labels;
    this.box = box;
    this.consumer = consumer;
  }

  /**
   * Shows the relevance at each layer with weights, from the last to the first.
   *
   * @param model the model
   * @param batch features, and labels if the start needs them
   * @param rules which layer follows which rule
   * @param start where relevance starts
   * @param consumer sees the relevance in front of each activation function
   * @return what the user should know of the model, such as activation functions that the rules do
   *     not foresee
   * @throws IllegalArgumentException if a layer has no rule, labels are missing, a softmax is not
   *     the last activation, or the batch has masks
   */
  public static List<String> propagate(
      PrunableModel model,
      MultiDataSet batch,
      LrpRules rules,
      Start start,
      Consumer<LayerSignal> consumer) {
    Unmasked.check(batch);
    Tape tape = Tapes.of(model, batch);
    new Relevance(tape, rules, start, batch.getLabels(), null, consumer).run(false);
    return tape.remarks();
  }

  /**
   * A heat map: the relevance of each input of the model.
   *
   * @param model the model
   * @param batch features, and labels if the start needs them
   * @param rules which layer follows which rule
   * @param start where relevance starts
   * @param low the smallest value that an input can have
   * @param high the largest value that an input can have; layers that read the model's input follow
   *     the z^B rule of this box
   * @return arrays of the features' shapes by the name of the input
   * @throws IllegalArgumentException as {@link #propagate}, or if the box is empty
   */
  public static Map<String, INDArray> ofInputs(
      PrunableModel model,
      MultiDataSet batch,
      LrpRules rules,
      Start start,
      double low,
      double high) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "The box [%s, %s] of the inputs is empty; give the smallest and the largest value"
              .formatted(low, high));
    }
    Unmasked.check(batch);
    Tape tape = Tapes.of(model, batch);
    Relevance pass =
        new Relevance(
            tape, rules, start, batch.getLabels(), new double[] {low, high}, signal -> {});
    return new LinkedHashMap<>(pass.run(true));
  }

  @Override
  INDArray start(Tape.Output output, int index) {
    INDArray logits = tape().value(output.node());
    INDArray chosen = logits;
    if (start == Start.TRUE_LABEL) {
      if (labels == null || labels.length <= index || labels[index] == null) {
        throw new IllegalArgumentException(
            "Relevance starts at the true label of output %s, but the data have no labels; add them"
                    .formatted(output.node())
                + " or start at the prediction");
      }
      chosen = labels[index];
    }
    if (logits.rank() != 2 || !chosen.equalShapes(logits)) {
      throw new IllegalArgumentException(
          "Relevance starts at logits [examples, classes]; output %s has shape %s, labels %s"
              .formatted(
                  output.node(),
                  java.util.Arrays.toString(logits.shape()),
                  java.util.Arrays.toString(chosen.shape())));
    }
    return Nd4j.exec(
        new OneHot(
            chosen.argMax(1),
            Nd4j.createUninitialized(logits.dataType(), logits.shape()),
            Math.toIntExact(logits.size(1)),
            1,
            1,
            0))[0];
  }

  @Override
  INDArray throughActivation(LinearStep step, INDArray input, INDArray signal) {
    return signal;
  }

  @Override
  void visit(Tape.Node node, LinearStep step, INDArray input, INDArray signal) {
    consumer.accept(new LayerSignal(node.name(), step.channelAxis(), null, signal));
  }

  @Override
  INDArray throughWeights(Tape.Node node, LinearStep step, INDArray input, INDArray signal) {
    boolean first = tape().stepOf(node.inputs().get(0)) == null;
    if (box != null && first && step.isConvolution()) {
      return step.boxRelevance(input, signal, box[0], box[1]);
    }
    return step.relevance(input, signal, rules.of(tape(), node, step), rules.epsilon());
  }

  @Override
  INDArray[] through(Step step, INDArray[] inputs, INDArray output, INDArray signal) {
    return step.relevance(inputs, output, signal, rules.epsilon());
  }
}

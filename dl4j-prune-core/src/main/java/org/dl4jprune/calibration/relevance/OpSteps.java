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

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/** The step of each kind of op. */
final class OpSteps {
  private static final int CONVOLUTION_ARGUMENTS = 11;
  private static final String SUPPORTED =
      "there are rules for matmul and conv2d with stored weights, add, biasadd, relu, relu6,"
          + " leakyrelu, tanh, sigmoid, maxpool2d, avgpool2d, reduce_mean, concat, reshape and"
          + " identity";

  private final Tape tape;
  private final SameDiff graph;

  OpSteps(Tape tape, SameDiff graph) {
    this.tape = tape;
    this.graph = graph;
  }

  Step of(SameDiffOp op, List<String> inputs, List<INDArray> fixed) {
    String name = op.getOp().opName();
    INDArray input = tape.value(inputs.get(0));
    Step step =
        switch (name) {
          case "matmul", "mmul" -> product(op, inputs, fixed);
          case "conv2d" -> convolution(op, inputs, fixed);
          case "add", "biasadd", "bias_add" -> sum(inputs, fixed);
          case "mergeadd" -> fixed.isEmpty() ? sum(inputs, fixed) : null;
          case "relu", "relu6", "leakyrelu", "identity", "dropout", "dropout_inverted" ->
              PassStep.identity();
          case "tanh", "sigmoid" -> {
            tape.remark(
                "Relevance passes the %s of %s as if it were a ReLU".formatted(name, op.getName()));
            yield PassStep.identity();
          }
          case "maxpool2d", "avgpool2d" ->
              new SpatialStep(pooling(name, arguments(op)), name.equals("maxpool2d"));
          case "reduce_mean" -> mean(op, input.rank());
          case "concat" ->
              fixed.isEmpty()
                  ? new MergeStep(Shape.normalizeAxis(input.rank(), arguments(op)[0])[0])
                  : null;
          case "reshape" -> PassStep.reordering((in, given) -> given.reshape('c', in.shape()));
          case "softmax" ->
              throw new IllegalArgumentException(
                  "Op %s is a softmax in front of the logits that relevance starts at; a softmax can only be the last activation"
                      .formatted(op.getName()));
          default -> null;
        };
    if (step == null) {
      throw new IllegalArgumentException(
          "Relevance has no rule for op %s %s with these inputs; %s"
              .formatted(name, op.getName(), SUPPORTED));
    }
    return step;
  }

  private static int[] arguments(SameDiffOp op) {
    long[] arguments = ((DynamicCustomOp) op.getOp()).iArgs();
    return Arrays.stream(arguments).mapToInt(Math::toIntExact).toArray();
  }

  private Step product(SameDiffOp op, List<String> inputs, List<INDArray> fixed) {
    int[] transposed = Arrays.copyOf(arguments(op), 3);
    boolean plain = transposed[0] == 0 && transposed[2] == 0;
    boolean dataFirst = inputs.get(0).equals(op.getInputsToOp().get(0));
    if (!plain || !dataFirst || fixed.size() != 1 || tape.value(inputs.get(0)).rank() != 2) {
      return null;
    }
    INDArray weights = transposed[1] == 0 ? fixed.get(0) : fixed.get(0).transpose();
    return new LinearStep(new DenseMap(), weights, null, new ActivationIdentity());
  }

  private Step convolution(SameDiffOp op, List<String> inputs, List<INDArray> fixed) {
    if (inputs.size() != 1 || fixed.isEmpty()) {
      return null;
    }
    return new LinearStep(
        new ConvolutionMap(Arrays.copyOf(arguments(op), CONVOLUTION_ARGUMENTS)),
        fixed.get(0),
        fixed.size() > 1 ? fixed.get(1) : null,
        new ActivationIdentity());
  }

  private Step sum(List<String> inputs, List<INDArray> fixed) {
    INDArray first = tape.value(inputs.get(0));
    if (fixed.isEmpty()) {
      boolean equal = inputs.stream().map(tape::value).allMatch(first::equalShapes);
      return equal ? new SumStep(1) : null;
    }
    boolean onlyReader = graph.getVariables().get(inputs.get(0)).getInputsForOp().size() == 1;
    if (onlyReader && tape.stepOf(inputs.get(0)) instanceof LinearStep linear) {
      linear.addBias(fixed.get(0));
    }
    return inputs.size() == 1 ? PassStep.identity() : null;
  }

  private static BinaryOperator<INDArray> pooling(String name, int[] arguments) {
    return (input, given) ->
        Nd4j.exec(
            DynamicCustomOp.builder(name + "_bp")
                .addInputs(input, given)
                .addOutputs(Nd4j.create(input.dataType(), input.shape()))
                .addIntegerArguments(arguments)
                .build())[0];
  }

  private static Step mean(SameDiffOp op, int rank) {
    int[] given = op.getOp().getDimensions();
    if (given == null || given.length == 0) {
      return null;
    }
    int[] axes = Shape.normalizeAxis(rank, given);
    if (Arrays.stream(axes).anyMatch(axis -> axis == 0 || axis >= rank)) {
      return null;
    }
    return new SpatialStep(
        (input, signal) -> {
          long[] kept = input.shape().clone();
          long averaged = 1;
          for (int axis : axes) {
            averaged *= kept[axis];
            kept[axis] = 1;
          }
          return signal.reshape('c', kept).div(averaged).broadcast(input.shape()).dup();
        },
        false);
  }
}

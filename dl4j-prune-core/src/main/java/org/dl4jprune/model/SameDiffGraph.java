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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.loss.BaseLoss;

/** Reads what a SameDiff graph does with its variables: role and axes come from the using op. */
final class SameDiffGraph {
  private static final int WEIGHTS_FORMAT_ARGUMENT = 10;
  private static final int NHWC_ARGUMENT = 9;
  private static final int CONV1D_NWC_ARGUMENT = 5;

  private final SameDiff graph;

  SameDiffGraph(SameDiff graph) {
    this.graph = graph;
  }

  Parameter describe(String name, long[] shape) {
    Use use = use(name);
    Role role = role(use, shape);
    int[][] axes = axes(use, shape);
    return new Parameter(
        name,
        use.op == null ? name : use.op.getName(),
        use.opName(),
        role,
        role != Role.NORM_STATISTIC,
        shape,
        axes[0],
        axes[1]);
  }

  /** The op that reads a variable, the position it is read at, and whether it was transposed. */
  private record Use(SameDiffOp op, int position, boolean transposed) {
    String opName() {
      return op == null ? "unused" : op.getOp().opName();
    }

    boolean flag(int argument) {
      return isSet(op.getOp(), argument);
    }
  }

  private Use use(String name) {
    boolean transposed = false;
    String current = name;
    while (true) {
      List<String> users = graph.getVariables().get(current).getInputsForOp();
      if (users == null || users.isEmpty()) {
        return new Use(null, 0, transposed);
      }
      SameDiffOp op = graph.getOps().get(users.get(0));
      String opName = op.getOp().opName();
      boolean flips = opName.equals("transpose") || opName.equals("permute");
      if (!flips && !opName.equals("cast") && !opName.equals("identity")) {
        return new Use(op, op.getInputsToOp().indexOf(current), transposed);
      }
      transposed ^= flips;
      current = op.getOutputsOfOp().get(0);
    }
  }

  private static Role role(Use use, long[] shape) {
    int at = use.position;
    return switch (use.opName()) {
      case "batchnorm" ->
          at <= 2 ? Role.NORM_STATISTIC : at == 3 ? Role.NORM_SCALE : Role.NORM_SHIFT;
      case "layer_norm", "standardize" -> at == 1 ? Role.NORM_SCALE : Role.NORM_SHIFT;
      case "gather", "embedding_lookup" -> at == 0 ? Role.EMBEDDING : Role.OTHER;
      case "biasadd", "bias_add" -> Role.BIAS;
      case "lstmLayer" -> at == 1 ? Role.WEIGHT : at == 2 ? Role.RECURRENT_WEIGHT : Role.BIAS;
      case "add", "subtract" -> Role.BIAS;
      case "multiply", "divide", "prelu" -> Role.OTHER;
      default -> shape.length >= 2 ? Role.WEIGHT : Role.BIAS;
    };
  }

  private static int[][] axes(Use use, long[] shape) {
    int rank = shape.length;
    if (rank < 2) {
      return new int[][] {rank == 0 ? new int[0] : new int[] {0}, {}};
    }
    int[][] rowsIn = {{rank - 1}, {rank - 2}};
    int[][] rowsOut = {{rank - 2}, {rank - 1}};
    return switch (use.opName()) {
      case "matmul", "mmul", "tensormmul", "batched_gemm" -> {
        boolean left = use.position == 0;
        boolean flipped = use.transposed ^ use.flag(left ? 0 : 1);
        yield left ^ flipped ? rowsOut : rowsIn;
      }
      case "conv2d" -> convolution(use, rank);
      case "depthwise_conv2d", "sconv2d" ->
          use.position == 1 ? new int[][] {{2, 3}, {}} : new int[][] {{3}, {2}};
      case "deconv2d", "deconv3dnew", "deconv3d", "deconv2d_tf" -> rowsOut;
      default -> rowsIn;
    };
  }

  private static int[][] convolution(Use use, int rank) {
    int format =
        use.op.getOp() instanceof DynamicCustomOp custom
                && custom.numIArguments() > WEIGHTS_FORMAT_ARGUMENT
            ? custom.getIArgument(WEIGHTS_FORMAT_ARGUMENT).intValue()
            : WeightsFormat.YXIO.ordinal();
    return switch (WeightsFormat.values()[format]) {
      case YXIO -> new int[][] {{rank - 1}, {rank - 2}};
      case OIYX -> new int[][] {{0}, {1}};
      case OYXI -> new int[][] {{0}, {rank - 1}};
    };
  }

  /** The variable in front of the loss and its output activation. */
  String logits() {
    String current = single(graph.getLossVariables(), "loss variables");
    boolean insideLoss = false;
    while (true) {
      SameDiffOp producer = producer(current);
      if (producer == null) {
        throw unknownLogits("the loss does not depend on a variable");
      }
      DifferentialFunction op = producer.getOp();
      boolean activation = op.opName().matches("softmax|sigmoid|log_softmax");
      if (insideLoss && !activation) {
        return current;
      }
      insideLoss = insideLoss || op instanceof BaseLoss || op.opName().contains("loss");
      insideLoss = insideLoss || op.opName().contains("cross_entropy");
      current = single(dependentInputs(producer), "inputs of " + op.opName());
      if (activation && insideLoss) {
        return current;
      }
    }
  }

  /** The variables of the linear ops that make the logits. */
  List<String> logitVariables() {
    List<String> found = new ArrayList<>();
    SameDiffOp op = producer(logits());
    while (op != null && found.size() < 2) {
      String next = null;
      for (String input : op.getInputsToOp()) {
        if (isTrainable(input)) {
          found.add(input);
        } else if (producer(input) != null) {
          next = input;
        }
      }
      boolean linear = op.getOp().opName().matches("matmul|mmul|conv2d|conv1d|xw_plus_b");
      op = linear || next == null ? null : producer(next);
    }
    if (found.isEmpty()) {
      throw unknownLogits("no matmul or convolution with a variable makes the logits");
    }
    return found;
  }

  /** The first output of an op, or null if there is no op of that name. */
  String outputOf(String op) {
    SameDiffOp known = graph.getOps().get(op);
    return known == null ? null : known.getOutputsOfOp().get(0);
  }

  /** The axis of a linear op's output that holds its channels, -1 for other ops. */
  int channelAxis(String name, int rank) {
    DifferentialFunction op = graph.getOps().get(name).getOp();
    return switch (op.opName()) {
      case "matmul", "mmul", "xw_plus_b" -> rank - 1;
      case "conv1d" -> isSet(op, CONV1D_NWC_ARGUMENT) ? rank - 1 : 1;
      case "conv2d", "depthwise_conv2d", "deconv2d" -> isSet(op, NHWC_ARGUMENT) ? rank - 1 : 1;
      default -> -1;
    };
  }

  private static boolean isSet(DifferentialFunction op, int argument) {
    return op instanceof DynamicCustomOp custom
        && custom.numIArguments() > argument
        && custom.getIArgument(argument) != 0;
  }

  private SameDiffOp producer(String variable) {
    Variable known = graph.getVariables().get(variable);
    return known == null || known.getOutputOfOp() == null
        ? null
        : graph.getOps().get(known.getOutputOfOp());
  }

  private boolean isTrainable(String variable) {
    SDVariable known = graph.getVariable(variable);
    return known.getVariableType() == VariableType.VARIABLE;
  }

  private List<String> dependentInputs(SameDiffOp op) {
    return op.getInputsToOp().stream()
        .distinct()
        .filter(input -> dependsOnVariable(input, new HashSet<>()))
        .toList();
  }

  private boolean dependsOnVariable(String name, Set<String> seen) {
    if (isTrainable(name)) {
      return true;
    }
    SameDiffOp op = producer(name);
    return op != null
        && seen.add(name)
        && op.getInputsToOp().stream().anyMatch(input -> dependsOnVariable(input, seen));
  }

  private static String single(List<String> names, String what) {
    if (names.size() != 1) {
      throw unknownLogits("there are several " + what + ": " + names);
    }
    return names.get(0);
  }

  private static IllegalStateException unknownLogits(String why) {
    return new IllegalStateException(
        "The logits in front of the loss cannot be told from this SameDiff graph: " + why);
  }

  /** A view with the last axis behind the first. */
  static INDArray lastAxisSecond(INDArray array) {
    int[] axes = new int[array.rank()];
    for (int i = 2; i < axes.length; i++) {
      axes[i] = i - 1;
    }
    axes[1] = axes.length - 1;
    return array.permute(axes);
  }
}

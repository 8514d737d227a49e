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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Whether a branch adds nothing once all of its parameters, statistics excepted, are zero. */
final class SilentBranch {
  /** SameDiff ops that make zeros of zeros, whatever else they are told. */
  private static final Set<String> ZERO_TO_ZERO =
      Set.of(
          "relu",
          "relu6",
          "leakyrelu",
          "elu",
          "selu",
          "gelu",
          "tanh",
          "swish",
          "mish",
          "cube",
          "square",
          "abs",
          "neg",
          "identity",
          "dropout",
          "reshape",
          "permute",
          "transpose",
          "squeeze",
          "expand_dims",
          "cast",
          "maxpool2d",
          "avgpool2d",
          "reduce_mean",
          "reduce_sum",
          "precise_gelu",
          "hard_tanh",
          "hardtanh",
          "softsign",
          "add",
          "subtract",
          "mergeadd",
          "mergesum",
          "concat",
          "biasadd",
          "slice",
          "strided_slice",
          "tile",
          "stack");

  /** Ops that are zero if one of these inputs is. */
  private static final Map<String, List<Integer>> ZERO_FACTOR =
      Map.of(
          "matmul", List.of(0, 1),
          "multiply", List.of(0, 1),
          "divide", List.of(0),
          "conv2d", List.of(0, 1),
          "conv1d", List.of(0, 1),
          "depthwise_conv2d", List.of(0, 1));

  private final RemovableBlocks blocks;

  SilentBranch(RemovableBlocks blocks) {
    this.blocks = blocks;
  }

  void check(RemovableBlock block) {
    Set<String> zeroed =
        block.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
    for (String branch : block.branches()) {
      boolean shortcut = blocks.wiring().inputs().get(block.name()).contains(block.shortcut());
      boolean silent =
          shortcut
              && !branch.equals(block.name())
              && (blocks.model().unwrap() instanceof ComputationGraph graph
                  ? isZero(graph, branch, block)
                  : isZero((SameDiff) blocks.model().unwrap(), branch, zeroed));
      if (!silent) {
        throw new IllegalArgumentException(
            "Block %s cannot be masked: its branch %s is not known to be zero when its parameters are; remove the block instead"
                .formatted(block.name(), branch));
      }
    }
  }

  private boolean isZero(ComputationGraph graph, String name, RemovableBlock block) {
    if (!block.members().contains(name)) {
      return false;
    }
    GraphVertex configured = graph.getConfiguration().getVertices().get(name);
    GraphVertex vertex =
        configured instanceof FrozenVertex frozen ? frozen.getUnderlying() : configured;
    List<String> inputs = blocks.wiring().inputs().get(name);
    if (vertex instanceof LayerVertex layer) {
      return isZero(graph, name, block, layer.getLayerConf().getLayer());
    }
    if (vertex instanceof ElementWiseVertex wise && wise.getOp() == ElementWiseVertex.Op.Product) {
      return inputs.stream().anyMatch(input -> isZero(graph, input, block));
    }
    return !(vertex instanceof ShiftVertex)
        && vertex.numParams(false) == 0
        && inputs.stream().allMatch(input -> isZero(graph, input, block));
  }

  private boolean isZero(ComputationGraph graph, String name, RemovableBlock block, Layer layer) {
    Layer inner = layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
    if (inner instanceof BaseLayer base && !mapsZeroToZero(base.getActivationFn())) {
      return false;
    }
    if (inner instanceof ActivationLayer only && !mapsZeroToZero(only.getActivationFn())) {
      return false;
    }
    if (inner instanceof BatchNormalization normalisation && normalisation.isLockGammaBeta()) {
      return false;
    }
    boolean hasParameters =
        block.parameters().stream().anyMatch(p -> p.name().startsWith(name + "_"));
    return hasParameters
        || blocks.wiring().inputs().get(name).stream().allMatch(in -> isZero(graph, in, block));
  }

  private static boolean mapsZeroToZero(IActivation activation) {
    // Two columns, as some activations work along a row.
    return HostReads.scalar(
            activation.getActivation(Nd4j.zeros(DataType.DOUBLE, 1, 2), false).amax())
        == 0;
  }

  private boolean isZero(SameDiff graph, String name, Set<String> zeroed) {
    String producer = graph.getVariables().get(name).getOutputOfOp();
    if (producer == null) {
      return zeroed.contains(name);
    }
    SameDiffOp op = graph.getOps().get(producer);
    String kind = op.getOp().opName();
    List<String> inputs = op.getInputsToOp();
    if (kind.equals("batchnorm")) {
      return inputs.size() == 5 && zeroed.containsAll(inputs.subList(3, 5));
    }
    if (kind.equals("layer_norm")) {
      return inputs.stream().skip(1).allMatch(input -> zeroed.contains(input));
    }
    if (ZERO_FACTOR.containsKey(kind)) {
      boolean product =
          ZERO_FACTOR.get(kind).stream().anyMatch(i -> isZero(graph, inputs.get(i), zeroed));
      // A convolution's bias.
      return product && inputs.stream().skip(2).allMatch(input -> isZero(graph, input, zeroed));
    }
    return ZERO_TO_ZERO.contains(kind)
        && inputs.stream()
            .filter(input -> !isShape(graph, input))
            .allMatch(input -> isZero(graph, input, zeroed));
  }

  private static boolean isShape(SameDiff graph, String input) {
    return !graph.getVariable(input).dataType().isFPType();
  }
}

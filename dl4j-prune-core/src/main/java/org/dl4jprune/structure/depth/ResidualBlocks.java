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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Finds the residual blocks y = f(x) + x of a model: sums with an input that all their other inputs
 * are computed from. Jordao et al. 2023, <a href="https://arxiv.org/abs/2301.10835">arXiv
 * 2301.10835</a>, section 3. A block whose shortcut is a layer of its own (a projection, a stride)
 * is kept, with the reason.
 *
 * <p>Sums are {@code ElementWiseVertex} with {@code Add} in a {@code ComputationGraph}, and the ops
 * {@code add} and {@code mergeadd} in SameDiff.
 */
public final class ResidualBlocks {
  private final PrunableModel model;
  private final Wiring wiring;
  private final List<RemovableBlock> blocks = new ArrayList<>();
  private final Map<String, String> kept = new LinkedHashMap<>();

  private ResidualBlocks(PrunableModel model, Wiring wiring) {
    this.model = model;
    this.wiring = wiring;
  }

  /**
   * The residual blocks of a model, from its configuration alone. Sums that broadcast a smaller
   * shortcut are not told from others; {@link #of(Object, MultiDataSet)} does.
   *
   * @param model a {@code ComputationGraph} or {@code SameDiff}
   * @return the blocks; the list may be empty
   * @throws IllegalArgumentException if the model is of another class
   */
  public static RemovableBlocks of(Object model) {
    return find(PrunableModel.ofAny(model), null);
  }

  /**
   * The residual blocks of a model whose input and output shapes agree on an example.
   *
   * @param model a {@code ComputationGraph} or {@code SameDiff}
   * @param example one batch, of which the features are used for one forward pass
   * @return the blocks; the list may be empty
   * @throws IllegalArgumentException if the model is of another class
   */
  public static RemovableBlocks of(Object model, MultiDataSet example) {
    return find(PrunableModel.ofAny(model), example);
  }

  private static RemovableBlocks find(PrunableModel model, MultiDataSet example) {
    Object unwrapped = model.unwrap();
    if (unwrapped instanceof MultiLayerNetwork) {
      throw new IllegalArgumentException(
          "A MultiLayerNetwork has no shortcut, so it has no residual block; its layers of equal"
              + " input and output shape are found by EqualShapeLayers.of(network, example)");
    }
    Wiring wiring =
        unwrapped instanceof ComputationGraph graph
            ? Wirings.of(graph)
            : Wirings.of((SameDiff) unwrapped);
    ResidualBlocks search = new ResidualBlocks(model, wiring);
    for (String node : wiring.inputs().keySet()) {
      if (search.isSum(node)) {
        search.consider(node);
      }
    }
    return example == null ? search.found() : search.sameShape(example);
  }

  private boolean isSum(String node) {
    if (model.unwrap() instanceof ComputationGraph graph) {
      GraphVertex vertex = graph.getConfiguration().getVertices().get(node);
      GraphVertex inner = vertex instanceof FrozenVertex frozen ? frozen.getUnderlying() : vertex;
      return inner instanceof ElementWiseVertex sum && sum.getOp() == ElementWiseVertex.Op.Add;
    }
    SameDiff graph = (SameDiff) model.unwrap();
    String op = graph.getVariables().get(node).getOutputOfOp();
    return op != null && graph.getOps().get(op).getOp().opName().matches("add|mergeadd|mergesum");
  }

  private void consider(String sum) {
    List<String> inputs = wiring.inputs().get(sum);
    if (inputs.stream().anyMatch(this::isLeaf)) {
      // The sum of an activation and a bias, a table or a constant: no candidate at all.
      return;
    }
    if (inputs.size() < 2 || Set.copyOf(inputs).size() < inputs.size()) {
      kept.put(sum, "it adds an activation to itself");
      return;
    }
    String shortcut =
        inputs.stream()
            .filter(
                candidate ->
                    inputs.stream()
                        .filter(other -> !other.equals(candidate))
                        .allMatch(other -> wiring.ancestors(other).contains(candidate)))
            .findFirst()
            .orElse(null);
    if (shortcut == null) {
      kept.put(
          sum,
          "none of its inputs %s is the one that the others are computed from: the shortcut has a layer of its own or these are parallel branches"
              .formatted(inputs));
      return;
    }
    if (wiring.outputs().contains(sum)) {
      kept.put(sum, "it is an output of the model");
      return;
    }
    List<String> branches = inputs.stream().filter(name -> !name.equals(shortcut)).toList();
    Set<String> freed = wiring.freedBy(Map.of(sum, shortcut));
    if (!freed.containsAll(branches)) {
      kept.put(sum, "its branch %s is also read elsewhere".formatted(branches));
      return;
    }
    List<Parameter> parameters = model.parameters().stream().filter(p -> owned(p, freed)).toList();
    if (parameters.isEmpty()) {
      kept.put(sum, "its branch %s has no parameters of its own".formatted(branches));
      return;
    }
    blocks.add(
        new RemovableBlock(blocks.size(), sum, shortcut, branches, List.copyOf(freed), parameters));
  }

  /** Whether a node holds values of its own: a SameDiff variable or constant. */
  private boolean isLeaf(String node) {
    if (model.unwrap() instanceof SameDiff graph) {
      VariableType type = graph.getVariable(node).getVariableType();
      return type == VariableType.VARIABLE || type == VariableType.CONSTANT;
    }
    return false;
  }

  private boolean owned(Parameter parameter, Set<String> members) {
    String name = parameter.name();
    return members.contains(
        model.unwrap() instanceof SameDiff ? name : name.substring(0, name.lastIndexOf('_')));
  }

  private RemovableBlocks sameShape(MultiDataSet example) {
    List<String> names =
        blocks.stream().flatMap(b -> List.of(b.name(), b.shortcut()).stream()).distinct().toList();
    Map<String, INDArray> activations = model.activations(example, names);
    List<RemovableBlock> all = List.copyOf(blocks);
    blocks.clear();
    for (RemovableBlock block : all) {
      long[] in = activations.get(block.shortcut()).shape();
      long[] out = activations.get(block.name()).shape();
      if (Arrays.equals(in, out)) {
        blocks.add(
            new RemovableBlock(
                blocks.size(),
                block.name(),
                block.shortcut(),
                block.branches(),
                block.members(),
                block.parameters()));
      } else {
        kept.put(
            block.name(),
            "it changes the shape from %s to %s"
                .formatted(Arrays.toString(in), Arrays.toString(out)));
      }
    }
    return found();
  }

  private RemovableBlocks found() {
    return new RemovableBlocks(model, wiring, blocks, kept);
  }
}

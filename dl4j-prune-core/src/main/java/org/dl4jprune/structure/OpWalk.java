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
package org.dl4jprune.structure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Merge;

/**
 * One visit of every op of a SameDiff graph in the order of computation. Variables and constants
 * have channels along every axis, placeholders along none; results stay.
 */
final class OpWalk implements Findings {
  private final PrunableModel model;
  private final SameDiff graph;
  private final OpRules rules;
  private final ChannelSets sets = new ChannelSets();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Scene.Remark> remarks = new ArrayList<>();
  private final List<OpScene> scenes = new ArrayList<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters;
  private final Map<String, Integer> choices;

  private OpWalk(PrunableModel model, OpRules rules, Map<String, Integer> choices) {
    this.model = model;
    this.graph = (SameDiff) model.unwrap();
    this.rules = rules;
    this.choices = choices;
    this.parameters =
        model.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    graph.variables().stream().filter(v -> !isComputed(v.name())).forEach(this::enter);
    walk();
    pinResults();
    collectSlots();
  }

  /**
   * Walks over a graph. Ops that can couple in several ways take the first one that frees channels:
   * all that are stuck try their next way together, so there are a few walks at most.
   */
  static OpWalk over(PrunableModel model, OpRules rules) {
    OpWalk first = new OpWalk(model, rules, Map.of());
    Map<String, Integer> settled = new HashMap<>();
    Set<String> stuck = first.stuck(1);
    for (int way = 1; !stuck.isEmpty(); way++) {
      Map<String, Integer> tried = new HashMap<>(settled);
      for (String op : stuck) {
        tried.put(op, way);
      }
      OpWalk walk = new OpWalk(model, rules, tried);
      Set<String> still = walk.stuck(0);
      for (String op : stuck) {
        if (!still.contains(op)) {
          settled.put(op, way);
        }
      }
      stuck = walk.stuck(way + 1);
      stuck.removeAll(settled.keySet());
    }
    OpWalk last = settled.isEmpty() ? first : new OpWalk(model, rules, settled);
    return last.free() > first.free() ? last : first;
  }

  private Set<String> stuck(int next) {
    return scenes.stream()
        .filter(scene -> scene.isStuck(next))
        .map(scene -> scene.node().getName())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private long free() {
    return slots.stream()
        .flatMapToInt(slot -> Arrays.stream(slot.channels()))
        .filter(channel -> sets.pinOf(channel) == null)
        .count();
  }

  private OpScene scene(SameDiffOp op) {
    int choice = choices.getOrDefault(op.getName(), 0);
    return new OpScene(graph, op, sets, remarks, tensors, choice);
  }

  private void enter(SDVariable variable) {
    long[] shape = variable.getShape();
    if (shape == null) {
      tensors.put(variable.name(), Tensor.unknown());
      return;
    }
    Tensor tensor = Tensor.of(shape);
    boolean stored =
        variable.getVariableType() == VariableType.VARIABLE
            || variable.getVariableType() == VariableType.CONSTANT;
    if (stored && variable.dataType().isFPType()) {
      Parameter parameter = parameters.get(variable.name());
      boolean masked = parameter != null && parameter.role() != Role.NORM_STATISTIC;
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] > 1) {
          tensor = tensor.with(axis, sets.fresh(shape[axis]), masked);
        }
      }
    }
    tensors.put(variable.name(), tensor);
  }

  private boolean isComputed(String variable) {
    return graph.getVariables().get(variable).getOutputOfOp() != null;
  }

  private void walk() {
    Map<String, Integer> missing = new HashMap<>();
    Map<String, List<SameDiffOp>> readers = new HashMap<>();
    Deque<SameDiffOp> ready = new ArrayDeque<>();
    for (SameDiffOp op : graph.getOps().values()) {
      List<String> awaited = distinctInputs(op).stream().filter(this::isAwaited).toList();
      missing.put(op.getName(), awaited.size());
      awaited.forEach(input -> readers.computeIfAbsent(input, k -> new ArrayList<>()).add(op));
      if (awaited.isEmpty()) {
        ready.add(op);
      }
    }
    while (!ready.isEmpty()) {
      SameDiffOp op = ready.remove();
      visit(op);
      for (String output : op.getOutputsOfOp()) {
        for (SameDiffOp reader : readers.getOrDefault(output, List.of())) {
          if (missing.merge(reader.getName(), -1, Integer::sum) == 0) {
            ready.add(reader);
          }
        }
      }
    }
  }

  /** Loops begin with a merge, which is not waited for; nothing is known of what leaves it. */
  private boolean isAwaited(String variable) {
    String producer = graph.getVariables().get(variable).getOutputOfOp();
    if (producer != null && graph.getOps().get(producer).getOp().opName().equals(Merge.OP_NAME)) {
      tensors.put(variable, Tensor.unknown());
      return false;
    }
    return producer != null;
  }

  private static Set<String> distinctInputs(SameDiffOp op) {
    return op.getInputsToOp() == null ? Set.of() : new LinkedHashSet<>(op.getInputsToOp());
  }

  private void visit(SameDiffOp op) {
    if (op.getInputsToOp() == null) {
      op.getOutputsOfOp().forEach(output -> tensors.put(output, Tensor.unknown()));
      return;
    }
    OpScene scene = scene(op);
    List<Tensor> outputs = outputs(scene);
    scene.setOutputs(outputs);
    for (int i = 0; i < outputs.size(); i++) {
      tensors.put(op.getOutputsOfOp().get(i), outputs.get(i));
    }
    scenes.add(scene);
  }

  private List<Tensor> outputs(OpScene scene) {
    OpRule rule = rules.of(scene.op().opName());
    List<Tensor> unknown = Collections.nCopies(scene.outputCount(), Tensor.unknown());
    if (rule == null) {
      scene.pinInputs("it has no rule");
      scene.remark("no rule for this op: what enters and leaves it stays");
      return unknown;
    }
    if (!rule.copesWithUnknownRank() && !scene.inputs().stream().allMatch(Tensor::isKnown)) {
      scene.pinInputs("the rank of another input is unknown");
      return unknown;
    }
    List<Tensor> outputs = couple(rule, scene);
    if (outputs.size() != scene.outputCount() || outputs.stream().anyMatch(Objects::isNull)) {
      throw new IllegalStateException(
          "The rule %s gives %d outputs of %s, which has %d"
              .formatted(
                  rule.getClass().getName(), outputs.size(), scene.name(), scene.outputCount()));
    }
    return outputs;
  }

  private static List<Tensor> couple(OpRule rule, OpScene scene) {
    try {
      return rule.couple(scene);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "The rule %s does not fit %s with inputs of shapes %s: %s; another rule can be given by CouplingRules.with"
              .formatted(rule.getClass().getName(), scene.name(), scene.inputs(), e.getMessage()),
          e);
    }
  }

  private void pinResults() {
    for (SDVariable variable : graph.variables()) {
      Tensor tensor = tensors.get(variable.name());
      if (OpScene.isResult(graph, variable.name()) && tensor.isKnown()) {
        String why = isComputed(variable.name()) ? "is the model's output" : "is read by nothing";
        for (int axis = 0; axis < tensor.rank(); axis++) {
          if (tensor.channels(axis) != null) {
            sets.pin(tensor.channels(axis), variable.name() + " " + why);
          }
        }
      }
    }
  }

  private void collectSlots() {
    for (Parameter parameter : model.parameters()) {
      Tensor tensor = tensors.get(parameter.name());
      for (int axis = 0; axis < tensor.rank(); axis++) {
        if (tensor.channels(axis) != null) {
          slots.add(new Slot(parameter, axis, tensor.channels(axis)));
        }
      }
    }
  }

  @Override
  public ChannelSets sets() {
    return sets;
  }

  @Override
  public List<Slot> slots() {
    return slots;
  }

  @Override
  public List<Scene.Remark> remarks() {
    return remarks;
  }

  @Override
  public List<Activation> activations() {
    List<Activation> activations = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          for (int axis = 0; tensor.isKnown() && axis < tensor.rank(); axis++) {
            if (tensor.channels(axis) != null) {
              activations.add(new Activation(name, tensor.channels(axis)));
            }
          }
        });
    return activations;
  }

  @Override
  public PrunableModel smaller(IntPredicate kept) {
    return new OpSurgery(model, rules, this, kept).build();
  }

  Tensor tensor(String variable) {
    return tensors.get(variable);
  }

  List<OpScene> scenes() {
    return scenes;
  }
}

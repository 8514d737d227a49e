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
package org.dl4jprune.listeners;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroups;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A training of {@link PruningGame}. Between steps the model holds s·θ, which is what it runs with;
 * what is left of θ, (1 − s)·θ, is kept beside it, so that at s = 1 nothing is changed by a single
 * bit and at s = 0 nothing is lost.
 */
final class GameSession implements ResumableSession {
  private static final String FIRST_NORMS = "largest norms at first";

  private final ParticipationRule rule;
  private final String settings;
  private final PrunableModel model;
  private final StepClock clock = new StepClock();
  private final ChannelGroups groups;
  private final List<PlayerLayer> layers;
  private final List<String> remarks = new ArrayList<>();
  private final Map<String, INDArray> factors;
  private final Map<String, INDArray> withheld = new LinkedHashMap<>();
  private final Map<PlayerLayer, INDArray> derivatives = new LinkedHashMap<>();
  private final Map<PlayerLayer, Double> firstNorms = new LinkedHashMap<>();

  GameSession(ParticipationRule rule, List<String> names, PrunableModel view) {
    this.rule = rule;
    this.settings = "%s in %s".formatted(rule, names.isEmpty() ? "all layers" : names);
    this.groups = ChannelGroups.of(view.unwrap());
    this.model = groups.model();
    this.layers = PlayerLayer.of(groups, names, remarks);
    this.factors = PlayerLayer.ones(model, layers);
    factors.forEach((name, array) -> withheld.put(name, array.like()));
    for (PlayerLayer layer : layers) {
      derivatives.put(layer, layer.participation().like());
      firstNorms.put(layer, layer.largestNorm(model::values));
    }
  }

  @Override
  public PrunableModel model() {
    return model;
  }

  ChannelGroups groups() {
    return groups;
  }

  List<PlayerLayer> layers() {
    return layers;
  }

  /** δ_i = ⟨∂L/∂θ̃_i, θ_i⟩ with θ before the step; then ∂L/∂θ_i = s_i ∂L/∂θ̃_i. */
  @Override
  public void gradientAvailable(ParameterBlock block, INDArray gradient, long iteration) {
    clock.gradientSeen(iteration);
    INDArray factor = factors.get(block.name());
    if (factor == null) {
      return;
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray products = block.values().add(withheld.get(block.name())).muli(gradient)) {
      for (PlayerLayer layer : layers) {
        for (Parameter p : layer.tensors()) {
          if (model.blockOf(p).name().equals(block.name())) {
            try (INDArray sums = PlayerLayer.rowSums(p.asMatrix(block.view(products, p)))) {
              derivatives.get(layer).addi(sums.divi(model.summedExamples()));
            }
          }
        }
      }
      checkFinite();
    }
    gradient.muli(factor);
  }

  private void checkFinite() {
    INDArray[] sums =
        layers.stream().map(l -> derivatives.get(l).sum().reshape(1)).toArray(INDArray[]::new);
    double[] values = HostReads.vector(Nd4j.concat(0, sums));
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        // The next step begins anew, whatever the user does about this one.
        derivatives.values().forEach(derivative -> derivative.assign(0));
        throw new IllegalStateException(
            "The gradient of layer %s contains NaN or infinity; lower the learning rate or clip the gradients"
                .formatted(layers.get(i).name()));
      }
    }
  }

  @Override
  public void stepDone(long iteration) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (ParameterBlock block : blocks()) {
        block.values().addi(withheld.get(block.name()));
      }
      for (PlayerLayer layer : layers) {
        INDArray derivative = derivatives.get(layer);
        rule.step(layer.participation(), derivative, layer.matrices(model::values));
        derivative.assign(0);
        spread(layer);
      }
      for (ParameterBlock block : blocks()) {
        INDArray rest = withheld.get(block.name());
        rest.assign(block.values());
        block.values().muli(factors.get(block.name()));
        rest.subi(block.values());
      }
    }
    clock.stepDone(iteration);
  }

  private void spread(PlayerLayer layer) {
    layer.spread(p -> model.blockOf(p).view(factors.get(model.blockOf(p).name()), p));
  }

  private List<ParameterBlock> blocks() {
    return model.blocks().stream().filter(block -> factors.containsKey(block.name())).toList();
  }

  private INDArray theta(Parameter parameter) {
    ParameterBlock block = model.blockOf(parameter);
    return model.values(parameter).add(block.view(withheld.get(block.name()), parameter));
  }

  /** What can be said of the training so far. */
  List<String> remarks() {
    List<String> all = new ArrayList<>(remarks);
    for (PlayerLayer layer : layers) {
      double now = layer.largestNorm(this::theta);
      if (now > 10 * firstNorms.get(layer)) {
        all.add(
            "the largest ‖θ‖ of %s grew from %.3g to %.3g, which undoes small participations; add weight decay if there is none"
                .formatted(layer.name(), firstNorms.get(layer), now));
      }
    }
    return all;
  }

  @Override
  public void epochDone(long epoch) {
    clock.epochDone(epoch);
  }

  /** All that is not in the model; the derivatives are zero between two steps. */
  private Map<String, INDArray> live() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (PlayerLayer layer : layers) {
      arrays.put("participation of " + layer.tensors().get(0).name(), layer.participation());
    }
    withheld.forEach((name, array) -> arrays.put("withheld of " + name, array));
    return arrays;
  }

  @Override
  public Map<String, byte[]> entries() {
    StepState.Head head =
        new StepState.Head(
            PruningGame.NAME, settings, clock.steps(model, PruningGame.NAME), clock.epochs(model));
    Map<String, INDArray> arrays = live();
    double[] norms = firstNorms.values().stream().mapToDouble(Double::doubleValue).toArray();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray first = Nd4j.createFromArray(norms)) {
      arrays.put(FIRST_NORMS, first);
      return new StepState(head, arrays).entries();
    }
  }

  @Override
  public void restore(StepState state) {
    Map<String, INDArray> live = live();
    state.check(PruningGame.NAME, settings, live);
    live.forEach((name, array) -> array.assign(state.arrays().get(name)));
    double[] norms = HostReads.vector(state.arrays().get(FIRST_NORMS));
    for (int i = 0; i < norms.length; i++) {
      firstNorms.put(layers.get(i), norms[i]);
      spread(layers.get(i));
    }
  }

  @Override
  public void close() {
    factors.values().forEach(INDArray::close);
    withheld.values().forEach(INDArray::close);
    derivatives.values().forEach(INDArray::close);
  }
}

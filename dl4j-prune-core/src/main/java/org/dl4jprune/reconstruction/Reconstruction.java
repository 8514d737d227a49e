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
package org.dl4jprune.reconstruction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Consumer;
import org.dl4jprune.structure.Consumers;
import org.dl4jprune.structure.Slot;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One removal of units from a copy of a model, layer by layer in the order of computation. A unit
 * that goes is first silenced where it is read; its own weights are cut at the end. So the inputs
 * of a layer still hold all of its columns when it is refitted, made by layers that were refitted
 * before.
 */
final class Reconstruction {
  private final PrunableModel work;
  private final ChannelGroups groups;
  private final Consumers consumers;
  private final CalibrationInputs inputs;
  private final double damping;
  private final UnitChoice choice;
  private final boolean decidesGroups;
  private final Set<ChannelGroup> decided = new HashSet<>();
  private final Map<Consumer, LeastSquares> problems = new HashMap<>();
  private final List<Reconstructed.Refit> refits = new ArrayList<>();
  private final Set<String> withoutRefit = new LinkedHashSet<>();

  /** Units are chosen group by group on the way, unless all were chosen before. */
  Reconstruction(
      ChannelGroups groups,
      CalibrationInputs inputs,
      double damping,
      UnitChoice choice,
      boolean decidesGroups) {
    this.work = groups.model();
    this.groups = groups;
    this.consumers = Consumers.of(groups);
    this.inputs = inputs;
    this.damping = damping;
    this.choice = choice;
    this.decidesGroups = decidesGroups;
  }

  List<Reconstructed.Refit> refits() {
    return refits;
  }

  List<String> withoutRefit() {
    return List.copyOf(withoutRefit);
  }

  /** Refits all consumers and silences the others. */
  void run() {
    if (!decidesGroups) {
      groups.groups().forEach(this::silenceOthers);
    }
    for (Consumer consumer : consumers.linear()) {
      for (ChannelGroup group : groupsOf(consumer)) {
        decide(group);
      }
      refit(consumer);
    }
    groups.groups().forEach(this::decide);
    forget();
  }

  private void decide(ChannelGroup group) {
    if (decidesGroups && decided.add(group)) {
      choice.of(group, scores(group));
      silenceOthers(group);
    }
  }

  private List<ChannelGroup> groupsOf(Consumer consumer) {
    Set<Integer> units = new HashSet<>();
    Arrays.stream(consumer.units()).forEach(units::add);
    return groups.groups().stream()
        .filter(group -> group.units().stream().anyMatch(units::contains))
        .toList();
  }

  /**
   * What it costs to remove each unit of a group: the sum over the rows of its linear consumers of
   * B²/(2·M_cc), or of B²/2 over all other readers if no consumer is linear.
   */
  Map<Integer, Double> scores(ChannelGroup group) {
    Map<Integer, Double> scores = new LinkedHashMap<>();
    group.units().forEach(unit -> scores.put(unit, 0.0));
    boolean linear = false;
    for (Consumer consumer : consumers.linear()) {
      if (!groupsOf(consumer).contains(group)) {
        continue;
      }
      linear = true;
      try (INDArray b = weights(consumer)) {
        addRows(scores, consumer.units(), problem(consumer).scores(b), consumer.weight());
      }
    }
    if (!linear) {
      for (Slot slot : consumers.others()) {
        int[] units = unitsOf(slot);
        addRows(scores, units, squares(slot), slot.parameter());
      }
    }
    return scores;
  }

  private static void addRows(
      Map<Integer, Double> scores, int[] units, double[] rows, Parameter parameter) {
    for (int i = 0; i < rows.length; i++) {
      if (!Double.isFinite(rows[i])) {
        throw new IllegalStateException(
            "The scores of %s contain NaN or infinity".formatted(parameter.name()));
      }
      double row = rows[i];
      scores.computeIfPresent(units[i], (unit, sum) -> sum + row);
    }
  }

  private double[] squares(Slot slot) {
    INDArray values = work.values(slot.parameter()).castTo(DataType.DOUBLE);
    int[] others = IntStream.range(0, values.rank()).filter(i -> i != slot.axis()).toArray();
    try (INDArray squares = values.mul(values)) {
      return HostReads.vector(squares.sum(others).divi(2).reshape(slot.channels().length));
    }
  }

  private int[] unitsOf(Slot slot) {
    return Arrays.stream(slot.channels()).map(groups::unitOf).toArray();
  }

  private void refit(Consumer consumer) {
    int[] units = consumer.units();
    int[] gone =
        IntStream.range(0, units.length).filter(i -> choice.gone().contains(units[i])).toArray();
    if (gone.length == 0) {
      return;
    }
    LeastSquares problem = problem(consumer);
    Parameter weight = consumer.weight();
    try (INDArray b = weights(consumer);
        INDArray plain = b.mulColumnVector(LeastSquares.kept(gone, units.length));
        INDArray refitted = problem.without(b, gone);
        INDArray rows = refitted.transpose().dup('c')) {
      INDArray values = work.values(weight);
      values.assign(weight.fromFlat(rows.reshape(rows.length())).castTo(values.dataType()));
      refits.add(
          new Reconstructed.Refit(
              weight.name(),
              units.length,
              gone.length,
              problem.relativeError(b, refitted),
              problem.relativeError(b, plain)));
    }
    // The network changed, so no other layer's inputs are what they were.
    forget();
  }

  private void silenceOthers(ChannelGroup group) {
    Set<Integer> own = new HashSet<>(group.units());
    for (Slot slot : consumers.others()) {
      int[] units = unitsOf(slot);
      int[] gone =
          IntStream.range(0, units.length)
              .filter(i -> own.contains(units[i]) && choice.gone().contains(units[i]))
              .toArray();
      if (gone.length > 0) {
        INDArray values = work.values(slot.parameter());
        long[] shape = new long[values.rank()];
        Arrays.fill(shape, 1);
        shape[slot.axis()] = units.length;
        values.muli(
            LeastSquares.kept(gone, units.length)
                .castTo(values.dataType())
                .reshape(shape)
                .broadcast(values.shape()));
        withoutRefit.add(slot.parameter().name());
      }
    }
  }

  private INDArray weights(Consumer consumer) {
    return consumer
        .weight()
        .asMatrix(work.values(consumer.weight()))
        .transpose()
        .castTo(DataType.DOUBLE)
        .dup('c');
  }

  private LeastSquares problem(Consumer consumer) {
    return problems.computeIfAbsent(
        consumer, key -> LeastSquares.of(products(consumer), damping, consumer.weight().name()));
  }

  private INDArray products(Consumer consumer) {
    INDArray sum = null;
    for (MultiDataSet batch : inputs.batches()) {
      INDArray x = consumer.inputs(work, batch).castTo(DataType.DOUBLE);
      INDArray part = x.transpose().mmul(x);
      if (sum == null) {
        sum = part;
      } else {
        sum.addi(part);
        part.close();
      }
    }
    return sum;
  }

  private void forget() {
    problems.values().forEach(LeastSquares::close);
    problems.clear();
  }
}

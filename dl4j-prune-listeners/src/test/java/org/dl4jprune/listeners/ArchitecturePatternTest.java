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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.compare.ArchitecturePattern;
import org.dl4jprune.compare.KernelPattern;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Architectures that are designed after pruned ones: section 5 of the card rethinking-value. */
class ArchitecturePatternTest {

  /** The first units of the first two groups go, so many of each; a graph may have one group. */
  private static RemovalPlan plan(ChannelGroups groups, int... gone) {
    List<Integer> units = new ArrayList<>();
    for (int i = 0; i < Math.min(gone.length, groups.groups().size()); i++) {
      units.addAll(groups.groups().get(i).units().subList(0, gone[i]));
    }
    return RemovalPlan.of(groups, units);
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void theMeanOfTwoPlansIsTheWidthOfANewNetwork(Training.Kind kind) {
    ChannelGroups groups = ChannelGroups.of(kind.make());
    List<ChannelGroup> all = groups.groups();
    int[] widths = all.stream().mapToInt(group -> group.units().size()).toArray();
    boolean two = widths.length > 1;
    List<RemovalPlan> plans = List.of(plan(groups, 1, 2), plan(groups, 4, 2));
    ArchitecturePattern pattern = ArchitecturePattern.of(groups, plans);
    assertEquals(1 - 2.5 / widths[0], pattern.kept().get(all.get(0).name()), 1e-12);
    if (two) {
      assertEquals(1 - 2.0 / widths[1], pattern.kept().get(all.get(1).name()), 1e-12);
    }
    // Half a unit is rounded up.
    RemovalPlan designed = pattern.plan(kind.make());
    assertEquals(two ? 2 + 2 : 2, designed.units().size());
    assertTrue(designed.units().contains(all.get(0).units().get(widths[0] - 1)));
    PrunableModel narrow = new Surgeon(ChannelGroups.of(kind.make())).cut(designed);
    assertEquals(widths[0] - 2, ChannelGroups.of(narrow.unwrap()).groups().get(0).units().size());
    // All groups as one stage: the mean over units.
    ArchitecturePattern one = ArchitecturePattern.of(groups, plans, name -> "all");
    int units = java.util.Arrays.stream(widths).sum();
    double share = (two ? 4.5 : 2.5) / units;
    assertEquals(1 - share, one.kept().get("all"), 1e-12);
    int gone = 0;
    for (int width : widths) {
      gone += width - (int) Math.floor((1 - share) * width + 0.5);
    }
    assertEquals(gone, one.plan(kind.make(), name -> "all").units().size());
  }

  @Test
  void aGroupKeepsOneUnitAndStrangersAreNamed() {
    Object network = Training.Kind.NETWORK.make();
    ChannelGroups groups = ChannelGroups.of(network);
    ArchitecturePattern nothing = new ArchitecturePattern(Map.of("all", 0.0));
    int units = groups.groups().stream().mapToInt(group -> group.units().size()).sum();
    assertEquals(
        units - groups.groups().size(), nothing.plan(network, name -> "all").units().size());
    IllegalArgumentException stranger =
        assertThrows(IllegalArgumentException.class, () -> nothing.plan(network));
    assertTrue(stranger.getMessage().contains("no stage"), stranger.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ArchitecturePattern.of(groups, List.of()));
  }

  /** Two masks of a convolution with three by three kernels, made by hand. */
  @Test
  void kernelPositionsKeepTheirMeanFraction() {
    MultiLayerNetwork network = Toys.convolutional();
    PrunableModel model = PrunableModel.of(network);
    List<Parameter> weights = Selector.weights().select(model);
    Parameter kernel =
        weights.stream().filter(p -> p.kernelPositions() > 1).findFirst().orElseThrow();
    Layout layout = new Layout(List.of(kernel));
    int positions = (int) kernel.kernelPositions();
    long each = kernel.outputs() * kernel.inputs();
    Masks first = Masks.dense(model, layout);
    Masks second = Masks.dense(model, layout);
    INDArray vector = Nd4j.ones(model.dataType(), layout.length());
    // The first position is empty in one of the two, the last in both.
    column(vector, each, positions, 0);
    column(vector, each, positions, positions - 1);
    first.scatter(vector);
    INDArray other = Nd4j.ones(model.dataType(), layout.length());
    column(other, each, positions, positions - 1);
    second.scatter(other);
    KernelPattern pattern = KernelPattern.of(List.of(first, second));
    List<Double> kept = pattern.kept().get(kernel.name());
    assertEquals(positions, kept.size());
    assertEquals(0.5, kept.get(0));
    assertEquals(1, kept.get(1));
    assertEquals(0, kept.get(positions - 1));
    PackedMasks drawn = pattern.draw(network, 7);
    assertEquals(drawn, pattern.draw(network, 7));
    assertNotEquals(drawn, pattern.draw(network, 8));
    assertEquals((positions - 2) * each + (each + 1) / 2, drawn.kept());
    Masks applied = Rewinding.mask(model.copy(), drawn).masks();
    double[] again =
        KernelPattern.of(List.of(applied)).kept().get(kernel.name()).stream()
            .mapToDouble(d -> d)
            .toArray();
    assertEquals((double) ((each + 1) / 2) / each, again[0]);
    assertEquals(0, again[positions - 1]);
    List.of(first, second, applied).forEach(Masks::close);
  }

  private static void column(INDArray vector, long rows, int positions, int position) {
    vector.reshape('c', rows, positions).getColumn(position).assign(0);
  }

  @Test
  void masksOfOtherNetworksAreRefused() {
    Object network = Training.Kind.NETWORK.make();
    Masks masks = Pruner.of(network).sparsity(0.5).prune().masks();
    KernelPattern pattern = KernelPattern.of(List.of(masks));
    // A dense layer has one position, whose fraction is its density.
    assertEquals(1, pattern.kept().values().iterator().next().size());
    assertThrows(IllegalArgumentException.class, () -> KernelPattern.of(List.of()));
    Masks others = Pruner.of(Toys.convolutional()).sparsity(0.5).prune().masks();
    assertThrows(IllegalArgumentException.class, () -> KernelPattern.of(List.of(masks, others)));
    assertThrows(IllegalArgumentException.class, () -> pattern.draw(Toys.convolutional(), 1));
    List.of(masks, others).forEach(Masks::close);
  }
}

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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.SameDiffToys.Toy;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What SameDiff graphs have of their own: the card's examples, rules of one's own, and surgery. */
class SameDiffGroupsTest {

  /** The places of a unit's slices by the axis that they lie on. */
  private static Map<String, List<Integer>> places(ChannelGroups groups, int unit) {
    Map<String, List<Integer>> places = new TreeMap<>();
    for (Slot slot : groups.walk().slots()) {
      int[] channels = slot.channels();
      List<Integer> own =
          IntStream.range(0, channels.length)
              .filter(i -> groups.unitOf(channels[i]) == unit)
              .boxed()
              .toList();
      if (!own.isEmpty()) {
        places.put("%s[%d]".formatted(slot.parameter().name(), slot.axis()), own);
      }
    }
    return places;
  }

  @Test
  void aGroupOfQueriesGoesWithItsKeyAndValue() {
    Sketch s = new Sketch(1);
    SDVariable x = s.input(-1, SameDiffToys.STEPS, 6);
    SDVariable q = s.heads(s.project("q", x, 6, 8), 4, 2);
    SDVariable[] shared = new SDVariable[2];
    for (int i = 0; i < 2; i++) {
      SDVariable heads = s.heads(s.project(i == 0 ? "k" : "v", x, 6, 4), 2, 2);
      SDVariable twice = s.sd.tile(s.sd.expandDims(heads, 2), 1, 1, 2, 1, 1);
      shared[i] = s.sd.reshape(twice, -1, 4, SameDiffToys.STEPS, 2);
    }
    s.project("o", s.attend(q, shared[0], shared[1], null, 8), 8, 3);
    ChannelGroups groups = ChannelGroups.of(s.sd);
    assertEquals(1, groups.groups().size(), groups::explain);
    List<Integer> units = groups.groups().get(0).units();
    assertEquals(
        Map.of(
            "q[1]", List.of(0, 1, 2, 3),
            "k[1]", List.of(0, 1),
            "v[1]", List.of(0, 1),
            "o[0]", List.of(0, 1, 2, 3)),
        places(groups, units.get(0)));
    assertEquals(
        Map.of(
            "q[1]", List.of(4, 5, 6, 7),
            "k[1]", List.of(2, 3),
            "v[1]", List.of(2, 3),
            "o[0]", List.of(4, 5, 6, 7)),
        places(groups, units.get(1)));
  }

  /** The worked example of SPA, its grouped convolution written as split, convolutions, concat. */
  @Test
  void aGroupedConvolutionInPartsKeepsItsGroupsEqual() {
    Sketch s = new Sketch(2);
    SDVariable x = s.input(-1, 1, 2, 2);
    SDVariable a = s.conv("a", x, 1, 4, 3);
    SDVariable bn =
        s.sd.nn.batchNorm(
            a,
            s.weight("mean", 4),
            s.sd.var("variance", Nd4j.ones(DataType.DOUBLE, 4)),
            s.weight("gamma", 4),
            s.weight("beta", 4),
            1e-5,
            1);
    SDVariable sum = bn.add(s.conv("c", s.conv("b", bn, 4, 3, 3), 3, 4, 3));
    SDVariable[] halves = s.sd.split(s.sd.concat(1, sum, s.conv("e", x, 1, 2, 3)), 2, 1);
    SDVariable d =
        s.sd.concat(1, s.conv("d1", halves[0], 3, 2, 3), s.conv("d2", halves[1], 3, 2, 3));
    s.dense("f", s.sd.reshape(d, -1, 16), 16, 3);
    ChannelGroups groups = ChannelGroups.of(s.sd);
    Cost cost = Cost.parameters(groups);
    assertEquals(462, cost.after(Set.of()));
    List<Long> costs = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      group.units().forEach(unit -> costs.add(462 - cost.after(Set.of(unit))));
    }
    // The outputs of the two convolutions are free of each other: four of 40 in place of two of 80.
    assertEquals(
        List.of(40L, 40L, 40L, 40L, 73L, 73L, 73L, 115L, 115L, 174L),
        costs.stream().sorted().toList(),
        groups::explain);
  }

  /** Both signs of every channel, side by side. */
  private static final class BothSigns implements OpRule {
    @Override
    public Set<String> ops() {
      return Set.of("crelu");
    }

    @Override
    public List<Tensor> couple(OpScene scene) {
      Tensor input = scene.input(0);
      int last = input.rank() - 1;
      int[] twice = Scene.join(input.channels(last), input.channels(last));
      long[] shape = input.shape();
      shape[last] = twice.length;
      return List.of(Tensor.of(shape).with(last, twice, input.zeroWhenMasked(last)));
    }
  }

  /** An activation whose channels must not change. */
  private static final class Untouchable implements OpRule {
    @Override
    public Set<String> ops() {
      return Set.of("relu");
    }

    @Override
    public List<Tensor> couple(OpScene scene) {
      scene.pinInputs("hands off");
      return scene.inputs();
    }
  }

  @Test
  void aRuleOfOnesOwnCoversAnOpOrReplacesABuiltInOne() {
    Sketch s = new Sketch(3);
    SDVariable x = s.input(-1, 6);
    SDVariable h = s.sd.nn.cReLU(s.dense("h", x, 6, 5));
    SDVariable g = s.sd.nn.relu(s.dense("g", h, 10, 4), 0);
    SDVariable out = g.mmul(s.weight("out", 4, 3));
    ChannelGroups builtIn = ChannelGroups.of(s.sd);
    assertEquals(1, builtIn.remarks().size());
    assertTrue(builtIn.explain().contains("crelu: it has no rule"), builtIn::explain);
    assertTrue(builtIn.isExact());
    assertEquals(List.of(4), sizes(builtIn));
    CouplingRules more = BuiltInRules.rules().with(new BothSigns());
    assertEquals(List.of(4, 5), sizes(ChannelGroups.of(s.sd, more)));
    ChannelGroups own = ChannelGroups.of(s.sd, more.with(new Untouchable()));
    assertEquals(List.of(5), sizes(own));
    assertTrue(own.explain().contains("hands off"), own::explain);
    assertRemovalEqualsMasking(own, s.values(4, 6), out.name());
  }

  private static List<Integer> sizes(ChannelGroups groups) {
    return groups.groups().stream().map(g -> g.units().size()).sorted().toList();
  }

  private static void assertRemovalEqualsMasking(ChannelGroups groups, INDArray x, String out) {
    RemovalPlan plan = SameDiffArchitecturesTest.plan(groups, 0.5);
    Surgeon surgeon = new Surgeon(groups);
    INDArray masked = ((SameDiff) surgeon.mask(plan).unwrap()).outputSingle(Map.of("x", x), out);
    INDArray cut = ((SameDiff) surgeon.cut(plan).unwrap()).outputSingle(Map.of("x", x), out);
    assertEquals(0, SameDiffArchitecturesTest.difference(masked, cut), 1e-10, groups::explain);
  }

  @Test
  void layerNormIsInexactAndHeadsAndHiddenUnitsAreNot() {
    Toy toy = SameDiffToys.encoder(true);
    ChannelGroups groups = ChannelGroups.of(toy.graph());
    assertFalse(groups.isExact());
    assertTrue(groups.explain().contains("inexact at layer_norm"), groups::explain);
    List<Integer> units = new ArrayList<>();
    int inside = 0;
    for (ChannelGroup group : groups.groups()) {
      if (group.slots().stream().noneMatch(slot -> slot.parameter().name().contains("gain"))) {
        units.addAll(group.units().subList(0, group.units().size() / 2));
        inside++;
      }
    }
    assertEquals(4, inside, groups::explain);
    Surgeon surgeon = new Surgeon(groups);
    RemovalPlan plan = RemovalPlan.of(groups, units);
    INDArray masked = toy.output((SameDiff) surgeon.mask(plan).unwrap());
    INDArray cut = toy.output((SameDiff) surgeon.cut(plan).unwrap());
    assertEquals(0, SameDiffArchitecturesTest.difference(masked, cut), 1e-10);
  }

  @Test
  void valuesAndUpdaterStateOfWhatStaysAreCopiedBitByBit() {
    Toy toy = SameDiffToys.perceptron();
    toy.graph().fit(toy.data());
    ChannelGroups groups = ChannelGroups.of(toy.graph());
    ChannelGroup hidden =
        groups.groups().stream().filter(g -> g.units().size() == 10).findFirst().orElseThrow();
    PrunableModel cut =
        new Surgeon(groups).cut(RemovalPlan.of(groups, hidden.units().subList(0, 3)));
    List<INDArray> before = arrays(groups.model(), "one_W");
    List<INDArray> after = arrays(cut, "one_W");
    assertEquals(3, after.size());
    for (int i = 0; i < after.size(); i++) {
      INDArray kept = before.get(i).get(NDArrayIndex.all(), NDArrayIndex.interval(3, 10));
      assertArrayEquals(
          kept.dup('c').data().asDouble(), after.get(i).dup('c').data().asDouble(), 0);
    }
  }

  private static List<INDArray> arrays(PrunableModel model, String name) {
    List<INDArray> arrays = new ArrayList<>();
    model.parameters().stream()
        .filter(p -> p.name().equals(name))
        .forEach(
            p -> {
              arrays.add(model.values(p));
              model.updaterStates().stream()
                  .filter(state -> state.block().name().equals(name))
                  .sorted(java.util.Comparator.comparing(state -> state.key()))
                  .forEach(state -> arrays.add(state.viewOf(p)));
            });
    return arrays;
  }

  @Test
  void whatWasCutCanBeCutAgain() {
    Toy toy = SameDiffToys.decoder();
    ChannelGroups first = ChannelGroups.of(toy.graph());
    PrunableModel once = new Surgeon(first).cut(SameDiffArchitecturesTest.plan(first, 0.3));
    ChannelGroups second = ChannelGroups.of(once.unwrap());
    assertEquals(first.groups().size(), second.groups().size(), second::explain);
    assertRemovalEqualsMasking(second, toy.data().getFeatures(), "logits");
  }

  @Test
  void constantsAreSharedAndSliced() {
    Sketch s = new Sketch(4);
    SDVariable scale = s.sd.constant("scale", s.values(1, 8));
    SDVariable h = s.dense("h", s.input(-1, 6), 6, 8).mul(scale);
    SDVariable out = s.sd.nn.tanh(h).mul(scale).mmul(s.weight("out", 8, 3));
    ChannelGroups groups = ChannelGroups.of(s.sd);
    SameDiff cut =
        (SameDiff) new Surgeon(groups).cut(SameDiffArchitecturesTest.plan(groups, 0.5)).unwrap();
    assertArrayEquals(new long[] {1, 4}, cut.getVariable("scale").getArr().shape());
    assertArrayEquals(new long[] {1, 8}, s.sd.getVariable("scale").getArr().shape());
    assertRemovalEqualsMasking(groups, s.values(4, 6), out.name());
  }

  @Test
  void tensorsOfUnknownSizesAreFollowedAsFarAsTheyGo() {
    Sketch s = new Sketch(5);
    SDVariable x = s.sd.placeHolder("x", DataType.DOUBLE, -1, -1, 6);
    SDVariable flat = s.sd.reshape(x, -1, 6).mmul(s.weight("w", 6, 8));
    SDVariable heads = s.sd.reshape(s.sd.reshape(flat, -1, 3, 4, 2), -1, 8);
    heads.mmul(s.weight("out", 8, 3));
    assertEquals(List.of(4), sizes(ChannelGroups.of(s.sd)));
  }
}

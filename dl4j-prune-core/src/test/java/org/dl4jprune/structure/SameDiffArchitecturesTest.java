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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.SameDiffToys.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every architecture: removal equals masking, and what is left trains, saves and loads. */
class SameDiffArchitecturesTest {

  static Stream<Toy> toys() {
    return SameDiffToys.all();
  }

  static RemovalPlan plan(ChannelGroups groups, double fraction) {
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      int size = group.units().size();
      units.addAll(group.units().subList(0, Math.min(size - 1, (int) Math.round(fraction * size))));
    }
    groups.emptiedBy(new HashSet<>(units)).values().forEach(units::removeAll);
    return RemovalPlan.of(groups, units);
  }

  static double difference(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @MethodSource("toys")
  void removalEqualsMaskingAndTrainingGoesOn(Toy toy, @TempDir Path folder) throws IOException {
    if (toy.trains()) {
      toy.graph().fit(toy.data());
    }
    INDArray before = toy.output(toy.graph()).dup();
    ChannelGroups groups = ChannelGroups.of(toy.graph());
    assertFalse(groups.groups().isEmpty(), groups::explain);
    assertTrue(groups.isExact(), groups::explain);
    assertTrue(groups.remarks().isEmpty(), groups::explain);
    for (double fraction : new double[] {0.1, 0.5, 0.9}) {
      RemovalPlan plan = plan(groups, fraction);
      Surgeon surgeon = new Surgeon(groups);
      SameDiff masked = (SameDiff) surgeon.mask(plan).unwrap();
      PrunableModel view = surgeon.cut(RemovalPlan.fromJson(plan.toJson()));
      SameDiff cut = (SameDiff) view.unwrap();
      INDArray output = toy.output(cut).dup();
      assertEquals(0, difference(toy.output(masked), output), 1e-10, groups::explain);
      assertEquals(0, difference(before, toy.output(toy.graph())), 0);
      assertEquals(groups.model().iteration(), view.iteration());
      assertEquals(groups.model().epoch(), view.epoch());
      if (toy.trains()) {
        for (int step = 0; step < 3; step++) {
          cut.fit(toy.data());
        }
        assertTrue(difference(output, toy.output(cut)) > 0);
        output = toy.output(cut).dup();
      }
      assertFalse(output.isNaN().any());
      File file = folder.resolve(fraction + ".fb").toFile();
      cut.save(file, true);
      assertEquals(0, difference(output, toy.output(SameDiff.load(file, true))), 0);
    }
  }

  @Test
  void groupsOfTheDecoderAreStreamHeadsAndHiddenUnits() {
    ChannelGroups groups = ChannelGroups.of(SameDiffToys.decoder().graph());
    List<Integer> sizes =
        groups.groups().stream().map(group -> group.units().size()).sorted().toList();
    assertEquals(List.of(3, 3, 12, 16, 16), sizes, groups::explain);
  }
}

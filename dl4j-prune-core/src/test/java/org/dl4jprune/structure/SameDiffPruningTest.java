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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.structure.SameDiffToys.Toy;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.dl4jprune.transform.StructuredPruning;
import org.dl4jprune.transform.Thinned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The whole way for SameDiff graphs: scores, budgets, plan, smaller graph. */
class SameDiffPruningTest {

  static List<Toy> toys() {
    return List.of(
        SameDiffToys.perceptron(),
        SameDiffToys.residual(),
        SameDiffToys.encoder(false),
        SameDiffToys.decoder());
  }

  @ParameterizedTest
  @MethodSource("toys")
  void budgetsOfUnitsParametersAndMultiplyAccumulatesAreMet(Toy toy) {
    MultiDataSet example = toy.data().toMultiDataSet();
    Thinned half = StructuredPruning.of(toy.graph()).sparsity(0.5).prune();
    assertFinite(toy, half);
    half.groups()
        .groups()
        .forEach(
            group -> {
              Set<Integer> gone = new HashSet<>(half.plan().units());
              gone.retainAll(group.units());
              // Half of an odd number is rounded up.
              assertEquals((group.units().size() + 1) / 2, gone.size(), group.name());
            });
    assertTrue(PlanPicture.svg(half.groups(), half.plan()).contains("axis 1"));
    Thinned parameters = StructuredPruning.of(toy.graph()).parameters(0.3).prune();
    assertFinite(toy, parameters);
    assertTrue(parameters.parametersAfter() <= 0.7 * parameters.parametersBefore());
    Thinned macs =
        StructuredPruning.of(toy.graph())
            .importance(new GroupImportance(new Taylor(), Aggregation.SUM, Normalisation.MEAN))
            .data(List.of(example))
            .multiplyAccumulates(0.3, example)
            .prune();
    assertFinite(toy, macs);
    Cost before = Cost.multiplyAccumulates(macs.groups(), example);
    Cost after = Cost.multiplyAccumulates(ChannelGroups.of(macs.model().unwrap()), example);
    assertEquals(before.after(new HashSet<>(macs.plan().units())), after.after(Set.of()));
    assertTrue(after.after(Set.of()) <= 0.7 * before.after(Set.of()));
  }

  private static void assertFinite(Toy toy, Thinned thinned) {
    assertFalse(toy.output((SameDiff) thinned.model().unwrap()).isNaN().any());
  }

  @Test
  void multiplyAccumulatesAreCountedByPosition() {
    Toy toy = SameDiffToys.perceptron();
    ChannelGroups groups = ChannelGroups.of(toy.graph());
    Cost cost = Cost.multiplyAccumulates(groups, toy.data().toMultiDataSet());
    assertEquals(6 * 10 + 10 * 8 + 8 * 3, cost.after(Set.of()));
    Toy sequence = SameDiffToys.decoder();
    long block = 12 * 24 + 2 * 12 * 12 + 24 * 12 + 3 * 12 * 16;
    assertEquals(
        SameDiffToys.STEPS * (6 * 12 + 2 * block + 12 * SameDiffToys.CLASSES),
        Cost.multiplyAccumulates(
                ChannelGroups.of(sequence.graph()), sequence.data().toMultiDataSet())
            .after(Set.of()));
  }

  @Test
  void heavierUnitsStay() {
    Toy toy = SameDiffToys.perceptron();
    toy.graph().getVariable("one_W").getArr().getColumn(3).muli(0.001);
    toy.graph().getVariable("two_W").getArr().getRow(3).muli(0.001);
    toy.graph().getVariable("one_b").getArr().putScalar(3, 0.001);
    ChannelGroups groups = ChannelGroups.of(toy.graph());
    RemovalPlan plan =
        StructuredPruning.of(toy.graph())
            .importance(new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN))
            .sparsity(0.1)
            .plan();
    Slot columns =
        groups.walk().slots().stream()
            .filter(slot -> slot.parameter().name().equals("one_W") && slot.axis() == 1)
            .findFirst()
            .orElseThrow();
    assertTrue(plan.units().contains(groups.unitOf(columns.channels()[3])));
  }

  @Test
  void aPlanForAnotherGraphOrAGraphWithoutFreeChannelsIsRefused() {
    RemovalPlan plan = StructuredPruning.of(SameDiffToys.perceptron().graph()).sparsity(0.5).plan();
    Surgeon surgeon = new Surgeon(ChannelGroups.of(SameDiffToys.decoder().graph()));
    assertThrows(IllegalArgumentException.class, () -> surgeon.cut(plan));
    Sketch s = new Sketch(1);
    s.dense("only", s.input(-1, 6), 6, 3);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> StructuredPruning.of(s.sd).sparsity(0.5).prune())
            .getMessage()
            .contains("No channel of this model can be removed"));
  }

  @Test
  void aRuleThatDoesNotFitIsNamedWithItsOp() {
    Sketch s = new Sketch(8);
    s.input(-1, 6).add("sum", s.weight("wide", 6)).mul("product", s.weight("narrow", 6));
    OpRule wrong =
        new OpRule() {
          @Override
          public Set<String> ops() {
            return Set.of("multiply");
          }

          @Override
          public List<Tensor> couple(OpScene scene) {
            return List.of(scene.input(0).with(1, new int[5], false));
          }
        };
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> ChannelGroups.of(s.sd, BuiltInRules.rules().with(wrong)))
            .getMessage();
    assertTrue(message.contains("does not fit multiply"), message);
    assertTrue(message.contains("[-1, 6]"), message);
  }
}

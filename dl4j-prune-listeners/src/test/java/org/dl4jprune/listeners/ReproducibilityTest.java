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

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.stream.Stream;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.pattern.Block;
import org.dl4jprune.pattern.Pooling;
import org.dl4jprune.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same configuration gives the same bits, and so does what was read back from text. */
class ReproducibilityTest {

  static Stream<Pruning> methods() {
    GradualMagnitudePruning.Builder gradual =
        GradualMagnitudePruning.builder().finalSparsity(0.8).end(9).every(3);
    return Stream.of(
            GraNet.builder().initialSparsity(0.3).finalSparsity(0.8).end(9).every(3).iterations(15),
            GraNet.builder().finalSparsity(0.8).uniform().end(9).every(3).iterations(15),
            RigL.builder().sparsity(0.8).end(12).every(3),
            SparseEvolutionaryTraining.builder()
                .sparsity(0.8)
                .initialAllocation(new Uniform())
                .dropRate(Schedule.linear(0, 12, 0.5, 0.1))
                .end(12)
                .every(3),
            GlobalMagnitude.builder().sparsity(0.8).floor(Floor.percentOfAll(0.5)),
            GlobalMagnitude.builder().sparsity(0.8).gradual(0, 9, 3),
            OneShot.builder().sparsity(0.5).allocation(new ErdosRenyi(true, Floor.count(3))),
            gradual,
            GradualMagnitudePruning.builder()
                .finalSparsity(0.8)
                .criterion(new Movement())
                .power(1)
                .end(9)
                .every(3),
            GradualMagnitudePruning.builder()
                .finalSparsity(0.6)
                .criterion(new Taylor())
                .pattern(new Block(2, 2, Pooling.MAX))
                .end(9)
                .every(3))
        .map(builder -> builder.seed(7).configuration());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theSameSeedGivesTheSameBits(Pruning pruning) {
    for (Kind kind : Kind.values()) {
      Object first = kind.make();
      Object second = kind.make();
      PruningListener one = PruningListener.of(pruning);
      PruningListener two = PruningListener.of(Pruning.fromYaml(pruning.toYaml()));
      Training.fit(first, 3, one);
      Training.fit(second, 3, two);
      assertEquals(Training.bits(first), Training.bits(second), kind.name());
      assertEquals(
          Training.bits(one.masks().gather()), Training.bits(two.masks().gather()), kind.name());
      assertEquals(one.report(), two.report());
      assertTrue(one.report().zeros() > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aConfigurationSurvivesJsonAndYaml(Pruning pruning) throws Exception {
    assertEquals(pruning, Pruning.fromJson(pruning.toJson()));
    assertEquals(pruning, Pruning.fromYaml(pruning.toYaml()));
    for (ObjectMapper mapper :
        new ObjectMapper[] {new ObjectMapper(), new ObjectMapper(new YAMLFactory())}) {
      String text = mapper.writeValueAsString(pruning);
      assertEquals(pruning, mapper.readValue(text, Pruning.class), text);
    }
  }

  @Test
  void theSeedMatters() {
    Object first = Kind.NETWORK.make();
    Object second = Kind.NETWORK.make();
    Training.fit(first, 2, RigL.builder().sparsity(0.8).end(9).every(3).seed(1).build());
    Training.fit(second, 2, RigL.builder().sparsity(0.8).end(9).every(3).seed(2).build());
    assertNotEquals(Training.bits(first), Training.bits(second));
  }

  @Test
  void whatTextLeavesOutTakesTheDefaultsOfTheBuilder() {
    assertEquals(
        OneShot.builder().sparsity(0.5).configuration(),
        Pruning.fromYaml(
            """
            name: OneShot
            initialSparsity: 0.5
            initialAllocation: {type: .Global}
            initialCriterion: {type: .Magnitude}
            """));
  }

  @Test
  void textThatCannotBeReadSaysWhy() {
    IllegalArgumentException range =
        assertThrows(
            IllegalArgumentException.class,
            () -> Pruning.fromJson("{\"name\": \"x\", \"initialSparsity\": 1.5}"));
    assertTrue(range.getMessage().contains("1.5 lies outside [0, 1)"), range.getMessage());
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class, () -> Pruning.fromYaml("name: x\nsparsityy: 0.5\n"));
    assertTrue(unknown.getMessage().contains("sparsityy"), unknown.getMessage());
  }
}

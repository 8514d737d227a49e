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

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

/** Methods that act at every step: what was saved and loaded goes on to the same bits. */
class StepResumeTest {
  @TempDir Path folder;

  private static PruningGame game() {
    return PruningGame.builder()
        .l2Cost(0.01)
        .l1Cost(0.2)
        .competition(0.01)
        .participationRate(0.2)
        .build();
  }

  private static IssPBuilder iss() {
    return IssP.builder().ratio(0.7).pruneSteps(12);
  }

  private File file() {
    return folder.resolve("training.zip").toFile();
  }

  /** Trains seven steps, saves, and trains seven more, here and from the file. */
  private void goesOn(Training.Kind kind, Supplier<StepListener> method) throws IOException {
    Object whole = TrainedInParts.model(kind, "adam");
    StepListener listener = method.get();
    TrainedInParts.listen(whole, listener);
    TrainedInParts.steps(whole, 7);
    listener.save(file());
    TrainedInParts.steps(whole, 7);

    Nd4j.getRandom().setSeed(999);
    StepListener second = method.get();
    Object model = second.load(file());
    TrainedInParts.listen(model, second);
    TrainedInParts.steps(model, 7);
    assertEquals(TrainedInParts.state(whole), TrainedInParts.state(model));
  }

  /** Cut at the end, the two are the same smaller model, with the same remarks. */
  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void aGameGoesOnBitForBit(Training.Kind kind) throws IOException {
    Object whole = kind.make();
    PruningGame first = game();
    TrainedInParts.listen(whole, first.listener());
    TrainedInParts.steps(whole, 7);
    first.listener().save(file());
    TrainedInParts.steps(whole, 7);

    PruningGame second = game();
    Object model = second.listener().load(file());
    TrainedInParts.listen(model, second.listener());
    TrainedInParts.steps(model, 7);
    assertEquals(TrainedInParts.state(whole), TrainedInParts.state(model));
    GameResult one = first.prune(whole);
    GameResult other = second.prune(model);
    assertEquals(one.layers(), other.layers());
    assertEquals(one.remarks(), other.remarks());
    assertTrue(
        one.layers().stream()
            .flatMap(layer -> layer.participation().stream())
            .anyMatch(s -> s > 0 && s < 1),
        "the game is under way: " + one.toText());
    assertEquals(Training.bits(one.model().unwrap()), Training.bits(other.model().unwrap()));
  }

  /** Without the participations the same weights would be another game. */
  @Test
  void theParticipationsMatter() throws IOException {
    Object whole = Training.Kind.NETWORK.make();
    PruningGame first = game();
    TrainedInParts.listen(whole, first.listener());
    TrainedInParts.steps(whole, 7);
    Object bare = PrunableModel.ofAny(whole).copy().unwrap();
    TrainedInParts.steps(whole, 3);
    TrainedInParts.listen(bare, game().listener());
    TrainedInParts.steps(bare, 3);
    assertNotEquals(TrainedInParts.state(whole), TrainedInParts.state(bare));
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void softShrinkageGoesOnBitForBit(Training.Kind kind) throws IOException {
    goesOn(kind, () -> iss().warmUp(0.9).build().listener());
    goesOn(kind, () -> iss().growingPenalty(0.3, 2, 0.7).build().listener());
    goesOn(kind, () -> iss().criterion(new Movement()).build().listener());
  }

  /** A process that is killed in a step leaves the file of the last one that was completed. */
  @ParameterizedTest
  @EnumSource(
      value = Training.Kind.class,
      names = {"NETWORK", "GRAPH"})
  void aKilledGameLosesOnlyTheStepsAfterTheLastFile(Training.Kind kind) throws IOException {
    Object whole = kind.make();
    TrainedInParts.listen(whole, game().listener());
    TrainedInParts.steps(whole, 10);

    Object killed = kind.make();
    PruningGame first = game();
    TrainedInParts.listen(killed, first.listener());
    ((Model) killed)
        .addListeners(
            new org.deeplearning4j.optimize.api.BaseTrainingListener() {
              @Override
              public void iterationDone(Model trained, int iteration, int epoch) {
                if (iteration == 5) {
                  throw new CancellationException();
                }
                try {
                  first.listener().save(file());
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });
    assertThrows(CancellationException.class, () -> TrainedInParts.steps(killed, 10));
    PruningGame second = game();
    Object model = second.listener().load(file());
    assertEquals(5, PrunableModel.ofAny(model).iteration());
    TrainedInParts.listen(model, second.listener());
    TrainedInParts.steps(model, 5);
    assertEquals(TrainedInParts.state(whole), TrainedInParts.state(model));
  }

  @Test
  void afterTheCutTheFileIsOneOfAPruning() throws IOException {
    Object model = Training.Kind.NETWORK.make();
    StepListener listener = iss().pruneSteps(3).build().listener();
    TrainedInParts.listen(model, listener);
    TrainedInParts.steps(model, 5);
    listener.save(file());
    RestoredPruning restored = PruningListener.load(file());
    TrainedInParts.steps(model, 3);
    TrainedInParts.listen(restored.model(), restored.listener());
    TrainedInParts.steps(restored.model(), 3);
    assertEquals(TrainedInParts.state(model), TrainedInParts.state(restored.model()));
    IOException refusal =
        assertThrows(IOException.class, () -> iss().build().listener().load(file()));
    assertTrue(refusal.getMessage().contains("PruningListener.load"), refusal.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    assertThrows(IllegalStateException.class, () -> game().listener().save(file()));
    Object model = Training.Kind.NETWORK.make();
    PruningGame saved = game();
    TrainedInParts.listen(model, saved.listener());
    TrainedInParts.steps(model, 2);
    saved.listener().save(file());
    StepListener other = PruningGame.builder().l1Cost(0.3).build().listener();
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> other.load(file()));
    assertTrue(refusal.getMessage().contains("same settings"), refusal.getMessage());
    // A refusal leaves the listener as it was.
    other.attach(Training.Kind.NETWORK.make());
    assertThrows(IllegalStateException.class, () -> other.load(file()));
    assertThrows(IllegalArgumentException.class, () -> iss().build().listener().load(file()));
    assertThrows(
        IOException.class, () -> game().listener().load(folder.resolve("nothing.zip").toFile()));
  }
}

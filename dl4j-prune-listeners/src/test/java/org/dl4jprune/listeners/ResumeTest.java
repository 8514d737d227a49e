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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;

/** 2n steps in one go are n steps, a file, and n steps: bit for bit. */
class ResumeTest {
  @TempDir Path directory;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Training.Kind kind : Training.Kind.values()) {
      for (TrainedInParts.Method method : TrainedInParts.Method.values()) {
        cases.add(Arguments.of(kind, method, method.ordinal() % 2 == 0 ? "adam" : "nesterovs"));
      }
    }
    cases.add(Arguments.of(Training.Kind.NETWORK, TrainedInParts.Method.GRADUAL, "nesterovs"));
    cases.add(Arguments.of(Training.Kind.NETWORK, TrainedInParts.Method.GRANET, "adam"));
    return cases.stream();
  }

  /** At an update, between two, at the last one, and after the end of all windows. */
  @ParameterizedTest
  @MethodSource("cases")
  void goesOnBitForBit(Training.Kind kind, TrainedInParts.Method method, String updater)
      throws IOException {
    for (int n : kind == Training.Kind.NETWORK ? new int[] {3, 7, 20} : new int[] {9}) {
      Object whole = TrainedInParts.model(kind, updater);
      PruningListener listener = method.listener();
      TrainedInParts.listen(whole, listener);
      TrainedInParts.steps(whole, n);
      File file = directory.resolve("model.zip").toFile();
      listener.save(file);
      TrainedInParts.steps(whole, n);

      Nd4j.getRandom().setSeed(999);
      RestoredPruning restored = PruningListener.load(file);
      TrainedInParts.listen(restored.model(), restored.listener());
      TrainedInParts.steps(restored.model(), n);
      assertEquals(
          TrainedInParts.state(whole, listener),
          TrainedInParts.state(restored.model(), restored.listener()),
          "n = " + n);
      listener.close();
      restored.listener().close();
    }
  }

  @Test
  void aNewProcessGoesOnBitForBit() throws IOException, InterruptedException {
    for (Training.Kind kind : List.of(Training.Kind.NETWORK, Training.Kind.SAME_DIFF)) {
      Object whole = TrainedInParts.model(kind, "adam");
      PruningListener listener = TrainedInParts.Method.GRANET.listener();
      TrainedInParts.listen(whole, listener);
      TrainedInParts.steps(whole, 7);
      File file = directory.resolve("model.zip").toFile();
      listener.save(file);
      TrainedInParts.steps(whole, 7);
      Process process = OtherProcess.start(TrainedInParts.class, file.toString(), "7");
      List<String> printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertEquals(0, process.waitFor(), () -> String.join("\n", printed));
      assertEquals(
          TrainedInParts.state(whole, listener),
          printed.stream()
              .filter(line -> line.startsWith("="))
              .map(line -> line.substring(1))
              .toList());
    }
  }

  /** Otherwise equal states would say nothing about the random numbers. */
  @Test
  void dropoutIsPartOfTheTraining() throws IOException {
    for (Training.Kind kind : Training.Kind.values()) {
      Object model = TrainedInParts.model(kind, "adam");
      PruningListener listener = TrainedInParts.Method.GRADUAL.listener();
      TrainedInParts.listen(model, listener);
      TrainedInParts.steps(model, 4);
      File file = directory.resolve("model.zip").toFile();
      listener.save(file);
      List<List<String>> ends = new ArrayList<>();
      for (int seed : new int[] {1, 2}) {
        RestoredPruning restored = PruningListener.load(file);
        Nd4j.getRandom().setSeed(seed);
        TrainedInParts.listen(restored.model(), restored.listener());
        TrainedInParts.steps(restored.model(), 1);
        ends.add(TrainedInParts.state(restored.model(), restored.listener()));
      }
      assertNotEquals(ends.get(0), ends.get(1), kind.name());
    }
  }

  @Test
  void savedInAHookItKnowsTheStepThatTheModelHasNotCounted() throws IOException {
    for (Training.Kind kind : Training.Kind.values()) {
      File file = directory.resolve("model.zip").toFile();
      PruningListener listener = Toys.granet().build();
      Object model = kind.make();
      Object saver =
          Training.eachStep(
              model,
              step -> {
                if (step == 6) {
                  save(listener, file);
                }
              });
      Training.fit(model, 2, listener, saver);
      RestoredPruning restored = PruningListener.load(file);
      assertEquals(6, PrunableModel.ofAny(restored.model()).iteration());
      assertEquals(2, restored.listener().report().trace().size() - emptyStart(restored));
      TrainedInParts.listen(restored.model(), restored.listener());
      TrainedInParts.steps(restored.model(), 4);
      assertEquals(Training.bits(model), Training.bits(restored.model()));
      assertFalse(restored.listener().report().trace().isEmpty());
      assertTrue(listener.report().trace().equals(restored.listener().report().trace()));
    }
  }

  private static int emptyStart(RestoredPruning restored) {
    return restored.listener().report().trace().get(0).time() == 0 ? 1 : 0;
  }

  private static void save(PruningListener listener, File file) {
    try {
      listener.save(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

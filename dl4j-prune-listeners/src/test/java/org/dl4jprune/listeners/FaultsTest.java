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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Killed processes, full disks and losses that are no number. */
class FaultsTest {
  /** How often a training is killed; {@code -Dkills=20} for the long run. */
  private static final int KILLS = Integer.getInteger("kills", 3);

  @TempDir Path directory;

  /** Trains, and saves after every second step: goes on from the file if there is one. */
  static final class Trainee {
    private Trainee() {}

    public static void main(String[] arguments) throws IOException {
      File file = new File(arguments[0]);
      Object model;
      PruningListener listener;
      if (file.exists()) {
        RestoredPruning restored = PruningListener.load(file);
        model = restored.model();
        listener = restored.listener();
      } else {
        model = TrainedInParts.model(Training.Kind.NETWORK, "adam");
        listener = TrainedInParts.Method.GRANET.listener();
      }
      TrainedInParts.listen(model, listener);
      System.out.println("started at " + PrunableModel.ofAny(model).iteration());
      while (true) {
        TrainedInParts.steps(model, 2);
        listener.save(file);
        System.out.println("saved");
      }
    }
  }

  private static String lineWith(String start, BufferedReader out) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(start)) {
      line = out.readLine();
    }
    return line;
  }

  @Test
  void whateverTheMomentAKilledTrainingGoesOn() throws IOException, InterruptedException {
    File file = directory.resolve("checkpoint.zip").toFile();
    Random random = new Random(7);
    long last = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = OtherProcess.start(Trainee.class, file.toString());
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        assertEquals("started at " + last, lineWith("started at", out));
        assertEquals("saved", lineWith("saved", out));
        Thread.sleep(random.nextInt(1000));
        process.destroyForcibly();
        process.waitFor();
      }
      RestoredPruning restored = PruningListener.load(file);
      long now = PrunableModel.ofAny(restored.model()).iteration();
      assertTrue(now > last, now + " after " + last);
      last = now;
      restored.listener().close();
    }
    Object whole = TrainedInParts.model(Training.Kind.NETWORK, "adam");
    PruningListener listener = TrainedInParts.Method.GRANET.listener();
    TrainedInParts.listen(whole, listener);
    TrainedInParts.steps(whole, (int) last);
    RestoredPruning restored = PruningListener.load(file);
    assertEquals(
        TrainedInParts.state(whole, listener),
        TrainedInParts.state(restored.model(), restored.listener()));
  }

  /** Saves once. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws IOException {
      RestoredPruning restored = PruningListener.load(new File(arguments[0]));
      try {
        restored.listener().save(new File(arguments[0]));
        System.out.println("saved");
      } catch (IOException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whereThereIsNoRoomTheOldFileSurvives() throws IOException, InterruptedException {
    File file = directory.resolve("checkpoint.zip").toFile();
    MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PruningListener listener = Toys.gradual().build();
    Training.fit(model, 2, listener);
    listener.save(file);
    byte[] before = Files.readAllBytes(file.toPath());
    assertTrue(before.length > 1024);
    Process process = OtherProcess.startLimited(1, Saver.class, file.toString());
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    List<String> said = out.lines().filter(line -> line.startsWith("refused")).toList();
    assertEquals(1, said.size(), out);
    assertTrue(said.get(0).contains("checkpoint.zip ("), out);
    assertTrue(said.get(0).contains("as it was"), out);
    assertArrayEquals(before, Files.readAllBytes(file.toPath()));
    assertEquals(1, directory.toFile().list().length);
  }

  @Test
  void aLossThatIsNoNumberChangesNoMask() throws IOException {
    for (boolean needsGradient : new boolean[] {false, true}) {
      File file = directory.resolve("checkpoint.zip").toFile();
      MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
      PruningListener listener = needsGradient ? Toys.granet().build() : Toys.gradual().build();
      model.setListeners(listener);
      TrainedInParts.steps(model, 4);
      listener.save(file);
      PackedMasks masks = PackedMasks.of(listener.masks());
      String report = listener.report().toJson();
      DataSet bad = Toys.batches(DataType.FLOAT, 1).get(0);
      bad.getFeatures().assign(Float.NaN);
      model.fit(bad);
      assertTrue(Double.isNaN(model.score()));
      IllegalStateException error =
          assertThrows(IllegalStateException.class, () -> TrainedInParts.steps(model, 5));
      assertTrue(error.getMessage().contains("NaN"), error.getMessage());
      assertEquals(masks, PackedMasks.of(listener.masks()));
      assertEquals(report, listener.report().toJson());
      assertThrows(IllegalStateException.class, () -> listener.save(file));
      RestoredPruning restored = PruningListener.load(file);
      TrainedInParts.listen(restored.model(), restored.listener());
      TrainedInParts.steps(restored.model(), 5);
      assertEquals(9, PrunableModel.ofAny(restored.model()).iteration());
    }
  }
}

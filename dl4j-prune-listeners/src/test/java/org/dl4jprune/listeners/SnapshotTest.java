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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.io.SealedFile;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.lottery.Ticket;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Span;
import org.dl4jprune.training.Supervision;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What is rewound trains on to the same bits, and files are whole or refused. */
class SnapshotTest {
  @TempDir Path folder;

  private static void train(PrunableModel model, long from, long to) {
    Supervision.train(
        TrainerTest.trainer(model.dataType()), model, new Span(from, to, 4), List.of(), null);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aMaskOfOnesRewoundReproducesTheDenseTraining(Kind kind) throws IOException {
    rewound(PrunableModel.ofAny(kind.make()), PrunableModel.ofAny(kind.make()));
  }

  /** Dropout draws random numbers, and the counts of RMSProp and Adam reach into the step. */
  @ParameterizedTest
  @MethodSource("org.dl4jprune.listeners.Toys#updaters")
  void soDoesEveryUpdaterWithDropoutAndConstraints(IUpdater updater) throws IOException {
    rewound(
        PrunableModel.of(Toys.regularised(updater)), PrunableModel.of(Toys.regularised(updater)));
  }

  /** Running statistics are among what goes back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void soDoBatchNormalisations(boolean graph) throws IOException {
    MultiLayerNetwork one = Toys.convolutional();
    MultiLayerNetwork two = Toys.convolutional();
    rewound(
        PrunableModel.ofAny(graph ? one.toComputationGraph() : one),
        PrunableModel.ofAny(graph ? two.toComputationGraph() : two));
  }

  private void rewound(PrunableModel model, PrunableModel other) throws IOException {
    Nd4j.getRandom().setSeed(3);
    train(model, 0, 7);
    Path file = folder.resolve("k.bin");
    try (Snapshot snapshot = Snapshot.of(model)) {
      snapshot.save(file);
    }
    train(model, 7, 17);
    List<Long> dense = Training.bits(model.unwrap());
    Pruned all = Pruner.of(model.unwrap()).sparsity(0).prune();
    PackedMasks ones = PackedMasks.of(all.masks());
    for (PrunableModel rewound : List.of(model, other)) {
      Nd4j.getRandom().setSeed(999);
      try (Snapshot snapshot = Snapshot.load(file)) {
        assertEquals(7, snapshot.iteration());
        Rewinding.restore(rewound, snapshot, TrainerTest.trainer(model.dataType()), 1);
        assertEquals(7, rewound.iteration());
        assertEquals(1, rewound.epoch());
        Pruned pruned =
            Rewinding.rewind(
                rewound, snapshot, ones, Rewinding.Mode.WEIGHTS, Rewinding.UpdaterStart.RESTORED);
        Rewinding.train(pruned, TrainerTest.trainer(model.dataType()), new Span(7, 17, 4));
      }
      assertEquals(dense, Training.bits(rewound.unwrap()));
    }
  }

  @Test
  void rewindingIsTheMaskTimesTheEarlyWeightsAndAllElseOfStepK() {
    MultiLayerNetwork network = Toys.convolutional();
    PrunableModel model = PrunableModel.of(network);
    train(model, 0, 6);
    INDArray early = network.params().dup();
    Snapshot snapshot = Snapshot.of(model);
    train(model, 6, 16);
    Pruned chosen = Pruner.of(network).sparsity(0.7).prune();
    Pruned rewound =
        Rewinding.rewind(
            model,
            snapshot,
            PackedMasks.of(chosen.masks()),
            Rewinding.Mode.WEIGHTS,
            Rewinding.UpdaterStart.FRESH);
    network.setParams(network.params());
    MultiLayerNetwork expected = network.clone();
    expected.setParams(early);
    PrunableModel then = PrunableModel.of(expected);
    for (Parameter p : model.parameters()) {
      INDArray values = then.values(p).dup();
      if (rewound.masks().layout().parameters().contains(p)) {
        values.muli(chosen.masks().of(p));
      }
      assertEquals(Training.bits(values), Training.bits(model.values(p).dup()), p.name());
    }
    assertTrue(model.parameters().stream().anyMatch(p -> p.role() == Role.NORM_STATISTIC));
    model
        .updaterStates()
        .forEach(s -> assertEquals(0, s.array().sub(s.initialValue()).norm1Number().doubleValue()));
    assertEquals(6, model.iteration());
  }

  @Test
  void learningRateRewindingTurnsBackTheClockAlone() {
    MultiLayerNetwork network = Toys.mlp(new Nesterovs(0.05, 0.9), DataType.FLOAT);
    PrunableModel model = PrunableModel.of(network);
    train(model, 0, 6);
    Snapshot snapshot = Snapshot.of(model);
    train(model, 6, 16);
    List<Long> trained = Training.bits(network);
    List<Long> momentum = Training.bits(network.getUpdater().getStateViewArray().dup());
    PackedMasks ones = PackedMasks.of(Pruner.of(network).sparsity(0).prune().masks());
    Rewinding.rewind(
        model, snapshot, ones, Rewinding.Mode.LEARNING_RATE, Rewinding.UpdaterStart.RESTORED);
    assertEquals(trained, Training.bits(network));
    assertEquals(momentum, Training.bits(network.getUpdater().getStateViewArray().dup()));
    assertEquals(6, network.getIterationCount());
    assertEquals(6, network.getLayer(0).getIterationCount());
    assertEquals(1, network.getEpochCount());
  }

  @Test
  void aForeignModelIsRefusedUnchanged() {
    Snapshot snapshot = Snapshot.of(PrunableModel.of(Toys.mlp(new Adam(1e-2), DataType.FLOAT)));
    MultiLayerNetwork other = Toys.decayed(new Adam(1e-2));
    List<Long> before = Training.bits(other);
    assertThrows(IllegalArgumentException.class, () -> snapshot.restore(PrunableModel.of(other)));
    assertEquals(before, Training.bits(other));
    MultiLayerNetwork plain = Toys.mlp(new Nesterovs(0.1, 0.9), DataType.FLOAT);
    IllegalArgumentException updater =
        assertThrows(
            IllegalArgumentException.class, () -> snapshot.restore(PrunableModel.of(plain)));
    assertTrue(updater.getMessage().contains("M of parameters"), updater.getMessage());
    PrunableModel graph = PrunableModel.ofAny(Kind.GRAPH.make());
    IllegalArgumentException kind =
        assertThrows(IllegalArgumentException.class, () -> snapshot.restore(graph));
    assertTrue(kind.getMessage().contains("ComputationGraph"), kind.getMessage());
    PrunableModel trained = PrunableModel.ofAny(Kind.SAME_DIFF.make());
    train(trained, 0, 1);
    Snapshot withState = Snapshot.of(trained);
    PrunableModel untrained = PrunableModel.ofAny(Kind.SAME_DIFF.make());
    assertTrue(withState.needsFirstStep(untrained));
    assertThrows(IllegalStateException.class, () -> withState.restore(untrained));
  }

  @Test
  void damagedAndForeignFilesAreRefused() throws IOException {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    Snapshot snapshot = Snapshot.of(PrunableModel.of(network));
    Path file = folder.resolve("snapshot.bin");
    snapshot.save(file);
    byte[] good = Files.readAllBytes(file);
    for (int at : new int[] {40, good.length / 2, good.length - 2}) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      refused(bad, "is damaged");
    }
    refused(java.util.Arrays.copyOf(good, good.length - 7), "is damaged");
    refused(new byte[3], "does not begin as one");
    refused("something else, a text".getBytes(), "does not begin as one");
    IllegalArgumentException ticket =
        assertThrows(IllegalArgumentException.class, () -> Ticket.load(file));
    assertTrue(ticket.getMessage().contains("not a ticket of dl4j-prune but a snapshot"));
    SealedFile.write(file, "snapshot", 2, out -> out.writeInt(0));
    IllegalArgumentException later =
        assertThrows(IllegalArgumentException.class, () -> Snapshot.load(file));
    assertTrue(later.getMessage().contains("of version 2; this library reads version 1"));
    try (java.util.stream.Stream<Path> files = Files.list(folder)) {
      assertFalse(files.anyMatch(f -> f.toString().endsWith(".part")));
    }
  }

  private void refused(byte[] content, String why) throws IOException {
    Path file = folder.resolve("bad.bin");
    Files.write(file, content);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Snapshot.load(file));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("bad.bin"), refusal.getMessage());
  }

  @Test
  void aSameDiffTicketStartsInAFreshGraph() {
    Trainer trainer = TrainerTest.trainer(DataType.FLOAT);
    PrunableModel graph = PrunableModel.ofAny(Kind.SAME_DIFF.make());
    Pruned pruned = Pruner.of(graph.unwrap()).sparsity(0.5).prune();
    Pruned masked = Rewinding.mask(graph, PackedMasks.of(pruned.masks()));
    Rewinding.train(masked, trainer, new Span(0, 6, 0));
    assertEquals(
        pruned.report().zeros(), Pruner.of(graph.unwrap()).sparsity(0.5).prune().report().zeros());
  }
}

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
package org.dl4jprune.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pruned models without their zeros. */
class SparseArchiveTest {
  @TempDir Path directory;

  @Test
  void keptValuesKeepEveryBitAndDeadOnesAreZero() throws IOException {
    MultiLayerNetwork network = ArchivedModels.dense(30, 20, 4);
    PackedMasks masks = ArchivedModels.randomMasks(network, 0.7, 1);
    PrunableModel view = PrunableModel.of(network);
    int[] odd = {0x80000000, 0x7fc01234, 0xffc00001, 0x7f800000, 0x00000001, 0x7fa00001};
    int[] many = new int[600];
    for (int i = 0; i < many.length; i++) {
      many[i] = odd[i % odd.length];
    }
    ArchivedModels.poke(view, view.parameters().get(0), many);
    SparseArchive.Loaded loaded = roundTrip(SparseArchive.of(network, masks));
    assertInstanceOf(MultiLayerNetwork.class, loaded.model());
    assertEquals(masks, loaded.masks());
    assertSame(view, PrunableModel.ofAny(loaded.model()), masks);
    assertTrue(
        ArchivedModels.bits(
                ArchivedModels.flat(PrunableModel.ofAny(loaded.model()), view.parameters().get(0)))
            .contains(0x7fa00001L),
        "a signalling NaN stays one");
  }

  @Test
  void convolutionsStatisticsCountsAndUpdaterStateComeBack() throws IOException {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiLayerNetwork network = ArchivedModels.convolutional(type);
      PackedMasks masks = ArchivedModels.randomMasks(network, 0.5, 2);
      applyMasks(network, masks);
      SparseArchive.Loaded loaded = roundTrip(SparseArchive.of(network, masks).withUpdater());
      PrunableModel before = PrunableModel.of(network);
      PrunableModel after = PrunableModel.ofAny(loaded.model());
      assertSame(before, after, masks);
      assertEquals(2, after.iteration());
      List<UpdaterState> states = before.updaterStates();
      assertTrue(!states.isEmpty());
      for (int i = 0; i < states.size(); i++) {
        assertEquals(
            ArchivedModels.bits(flat(states.get(i).array())),
            ArchivedModels.bits(flat(after.updaterStates().get(i).array())));
      }
      network.fit(ArchivedModels.data(type));
      ((MultiLayerNetwork) loaded.model()).fit(ArchivedModels.data(type));
      assertSame(before, after, null);
    }
  }

  @Test
  void graphsAndSameDiffGraphsComeBackAsWhatTheyWere() throws IOException {
    ComputationGraph graph = ArchivedModels.convolutional(DataType.FLOAT).toComputationGraph();
    PackedMasks masks = ArchivedModels.randomMasks(graph, 0.8, 3);
    SparseArchive.Loaded loaded = roundTrip(SparseArchive.of(graph, masks));
    assertInstanceOf(ComputationGraph.class, loaded.model());
    assertSame(PrunableModel.of(graph), PrunableModel.ofAny(loaded.model()), masks);

    SameDiff sd = ArchivedModels.sameDiff();
    PackedMasks ofGraph = ArchivedModels.randomMasks(sd, 0.8, 4);
    applyMasks(sd, ofGraph);
    SparseArchive.Loaded again = roundTrip(SparseArchive.of(sd, ofGraph).withUpdater());
    assertSame(PrunableModel.of(sd), PrunableModel.ofAny(again.model()), ofGraph);
    sd.fit(ArchivedModels.data(DataType.FLOAT));
    ((SameDiff) again.model()).fit(ArchivedModels.data(DataType.FLOAT));
    assertSame(PrunableModel.of(sd), PrunableModel.ofAny(again.model()), null);
    assertEquals(2, PrunableModel.ofAny(again.model()).iteration());
  }

  @Test
  void halfPrecisionIsTheNearestHalf() throws IOException {
    MultiLayerNetwork network = ArchivedModels.dense(30, 20, 4);
    PackedMasks masks = ArchivedModels.randomMasks(network, 0.6, 5);
    applyMasks(network, masks);
    SparseArchive.Loaded loaded = roundTrip(SparseArchive.of(network, masks).halfPrecision());
    PrunableModel before = PrunableModel.of(network);
    PrunableModel after = PrunableModel.ofAny(loaded.model());
    for (Parameter parameter : before.parameters()) {
      INDArray expected = ArchivedModels.flat(before, parameter);
      if (masks.lengths().containsKey(parameter.name())) {
        expected = expected.castTo(DataType.FLOAT16).castTo(DataType.FLOAT).addi(0);
      }
      assertEquals(
          ArchivedModels.bits(expected),
          ArchivedModels.bits(ArchivedModels.flat(after, parameter)));
    }
  }

  @Test
  void atMostATenthAboveTheEntropy() throws IOException {
    MultiLayerNetwork network = ArchivedModels.dense(400, 1000, 600, 10);
    for (double sparsity : new double[] {0.5, 0.75, 0.9, 0.95, 0.99}) {
      PackedMasks masks = ArchivedModels.randomMasks(network, sparsity, 6);
      long weights = masks.lengths().values().stream().mapToLong(Long::longValue).sum();
      double p = (double) masks.kept() / weights;
      double entropy = -weights * (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
      long dense = network.numParams() - weights;
      Path file = directory.resolve("model.sparse");
      SparseArchive.of(network, masks).write(file);
      assertTrue(8 * Files.size(file) <= 1.1 * (entropy + 32.0 * masks.kept() + 32.0 * dense));
      SparseArchive.of(network, masks).halfPrecision().write(file);
      assertTrue(8 * Files.size(file) <= 1.1 * (entropy + 16.0 * masks.kept() + 32.0 * dense));
    }
  }

  @Test
  void masksOfAnotherModelAreRefused() {
    PackedMasks masks = ArchivedModels.randomMasks(ArchivedModels.dense(30, 20, 4), 0.5, 7);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> SparseArchive.of(ArchivedModels.dense(30, 21, 4), masks));
    assertTrue(error.getMessage().contains("0_W"), error.getMessage());
  }

  private SparseArchive.Loaded roundTrip(SparseArchive archive) throws IOException {
    Path file = directory.resolve("model.sparse");
    archive.write(file);
    return SparseArchive.read(file);
  }

  private static INDArray flat(INDArray array) {
    return array.dup().reshape(array.length());
  }

  private static void applyMasks(Object model, PackedMasks masks) {
    PrunableModel view = PrunableModel.ofAny(model);
    for (Parameter parameter : view.parameters()) {
      long[] mask = masks.words().get(parameter.name());
      if (mask != null) {
        INDArray ones =
            org.nd4j.linalg.factory.Nd4j.createUninitialized(view.dataType(), parameter.length());
        org.dl4jprune.host.HostBits.unpack(mask, ones);
        view.values(parameter).muli(parameter.fromFlat(ones)).addi(0);
      }
    }
  }

  /** Bit for bit; with masks, the expected values are zero where the mask is. */
  private static void assertSame(PrunableModel expected, PrunableModel actual, PackedMasks masks) {
    assertEquals(expected.parameters().size(), actual.parameters().size());
    for (Parameter parameter : expected.parameters()) {
      List<Long> bits = ArchivedModels.bits(ArchivedModels.flat(expected, parameter));
      long[] mask = masks == null ? null : masks.words().get(parameter.name());
      for (int i = 0; mask != null && i < bits.size(); i++) {
        if ((mask[i / 64] >>> i & 1) == 0) {
          bits.set(i, 0L);
        }
      }
      assertEquals(
          bits, ArchivedModels.bits(ArchivedModels.flat(actual, parameter)), parameter.name());
    }
  }
}

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
package org.dl4jprune.federated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.calibration.ChannelMoments;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.BlockOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** The worked example of card fedtiny, and check 3: bytes are those of the formula. */
class FedTinyNumbersTest {

  @Test
  void lossesOfTheCard() {
    List<float[]> losses = List.of(new float[] {.9f, .7f, .8f}, new float[] {.4f, 1.2f, .6f});
    double[] weighted = CandidateSelection.weighted(losses, new long[] {30, 10});
    assertArrayEquals(new double[] {.775, .825, .75}, weighted, 1e-7);
    assertEquals(2, CandidateSelection.best(weighted));
    double[] equal = CandidateSelection.weighted(losses, new long[] {1, 1});
    assertArrayEquals(new double[] {.65, .95, .7}, equal, 1e-7);
    assertEquals(0, CandidateSelection.best(equal));
    assertEquals(1, CandidateSelection.best(new double[] {2, 1, 1}), "ties: the lowest number");
  }

  @Test
  void aDeviceOfNaNIsLeftOutAndACandidateOfNaNIsNotChosen() {
    float none = Float.NaN;
    List<float[]> losses =
        List.of(new float[] {none, none}, new float[] {none, 2}, new float[] {1, 4});
    double[] weighted = CandidateSelection.weighted(losses, new long[] {5, 1, 1});
    assertArrayEquals(new double[] {Double.NaN, 3}, weighted, 1e-7);
    assertEquals(1, CandidateSelection.best(weighted));
    double[] nothing = CandidateSelection.weighted(losses.subList(0, 1), new long[] {5});
    assertThrows(IllegalStateException.class, () -> CandidateSelection.best(nothing));
  }

  @Test
  void averageOfTheCard() {
    List<float[]> parts = List.of(new float[] {.5f, 0, -.1f}, new float[] {.1f, 0, .3f});
    assertArrayEquals(
        new float[] {.4f, 0, 0},
        WeightedAverage.of(parts, WeightedAverage.weights(new long[] {30, 10})),
        1e-7f);
    assertArrayEquals(
        new float[] {.3f, 0, .1f}, WeightedAverage.of(parts, new double[] {.5, .5}), 1e-7f);
  }

  @Test
  void exchangedWeightsOfTheCard() {
    assertEquals(1, MaskAdjustment.exchanged(50, 500, 4));
    assertEquals(29, MaskAdjustment.exchanged(50, 500, 100));
    assertEquals(15, MaskAdjustment.exchanged(250, 500, 100));
    assertEquals(0, MaskAdjustment.exchanged(500, 500, 100_000));
    assertEquals(0, MaskAdjustment.exchanged(501, 500, 100_000));
  }

  @Test
  void valuesAndMasksTravelToTheBit() {
    MultiLayerNetwork network = Federation.mlp(new Sgd(0.1), 7, 5);
    PrunableModel model = PrunableModel.of(network);
    PackedMasks mask = Federation.mask(network, 0.6);
    SparseModel one = new SparseModel(model, List.copyOf(mask.lengths().keySet()));
    SparseValues sent = one.sparse(mask);
    assertEquals(4 * mask.kept() + (35 + 7) / 8 + (15 + 7) / 8, sent.bytes());
    assertEquals(4 * mask.kept(), sent.withoutMask().bytes());
    MultiLayerNetwork other = Federation.mlp(new Sgd(0.1), 7, 5);
    other.params().assign(3);
    SparseModel two = new SparseModel(PrunableModel.of(other), List.copyOf(mask.words().keySet()));
    assertEquals(mask, two.mask(sent.mask()));
    two.setSparse(sent.kept(), two.mask(sent.mask()));
    two.setDense(one.dense());
    one.setSparse(sent.kept(), mask);
    INDArray difference = network.params().sub(other.params());
    assertTrue(difference.normmaxNumber().doubleValue() < 1e-7, "log σ goes as σ²");
    assertThrows(IllegalArgumentException.class, () -> two.setSparse(new float[1], mask));
    assertThrows(IllegalArgumentException.class, () -> new SparseModel(model, List.of("no such")));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05})
  void bytesAreThoseOfTheFormula(double density) {
    MultiLayerNetwork network = Federation.mlp(new Sgd(0.1), 784, 300, 100);
    List<OrderedData> clients = DirichletPartition.of(Federation.data(24, 784, 2), 2, 10, 12, 3);
    FedTiny fed =
        FedTiny.builder()
            .density(density)
            .candidates(3)
            .localEpochs(1)
            .rounds(3)
            .adjustEvery(1)
            .stopAdjusting(2)
            .granularity(Granularity.ALL)
            .build();
    FederatedReport report = fed.train(network, clients).report();
    long pruned = 784 * 300 + 300 * 100 + 100 * 3;
    long dense = network.numParams() - pruned;
    long kept = LongStream.of(list(report)).sum();
    assertEquals(Math.round(density * pruned), kept);
    // 300 bits of the last layer need 38 bytes.
    long mask = 784 * 300 / 8 + 300 * 100 / 8 + 38;
    FederatedRound first = report.rounds().get(0);
    long moments = 3 * 2 * (300 + 100);
    assertEquals(2 * (4 * (dense + 3 * kept + moments) + 3 * mask), first.bytesDown());
    assertEquals(2 * 4 * (moments + 3), first.bytesUp());
    for (int round = 1; round <= 3; round++) {
      FederatedRound of = report.rounds().get(round);
      boolean masked = round <= 2;
      assertEquals(masked, of.maskSent());
      assertEquals(2 * (4 * (dense + kept) + (masked ? mask : 0)), of.bytesDown());
      long pairs = round == 1 ? LongStream.of(list(report)).map(FedTinyNumbersTest::half).sum() : 0;
      assertEquals(2 * (4 * (dense + kept) + 8 * pairs), of.bytesUp());
    }
    long average = 2 * 4 * network.numParams();
    assertTrue(report.rounds().get(3).bytesDown() < 2 * density * average);
    assertTrue(report.rounds().get(3).bytesUp() < 2 * density * average);
  }

  /** Round 1 of 2 is half way: 15 %. */
  private static long half(long kept) {
    return kept * 15 / 100;
  }

  private static long[] list(FederatedReport report) {
    return report.parameters().values().stream().mapToLong(kept -> kept).toArray();
  }

  @Test
  void blocksAreLayersOrWhatIsSaid() {
    MultiLayerNetwork network = Federation.mlp(new Sgd(0.1), 8, 6, 4);
    PackedMasks mask = Federation.mask(network, 0.5);
    List<Parameter> pruned =
        new SparseModel(PrunableModel.of(network), List.copyOf(mask.words().keySet()))
            .layout()
            .parameters();
    assertEquals(
        List.of(List.of(0), List.of(1), List.of(2)),
        LayerBlocks.of(pruned, Granularity.LAYER, List.of()));
    assertEquals(List.of(List.of(0, 1, 2)), LayerBlocks.of(pruned, Granularity.ALL, List.of()));
    List<List<String>> globs = List.of(List.of("0_W"), List.of("2_W", "OutputLayer"));
    assertEquals(
        List.of(List.of(0), List.of(1, 2)), LayerBlocks.of(pruned, Granularity.BLOCK, globs));
    for (List<List<String>> bad :
        List.of(List.of(List.of("0_W")), List.of(List.of("*"), List.of("2_W")))) {
      assertThrows(
          IllegalArgumentException.class, () -> LayerBlocks.of(pruned, Granularity.BLOCK, bad));
    }
    MaskAdjustment adjustment =
        new MaskAdjustment(
            pruned,
            mask,
            LayerBlocks.of(pruned, Granularity.LAYER, List.of()),
            BlockOrder.BACKWARD,
            2,
            9,
            1);
    List<Integer> turns =
        IntStream.rangeClosed(1, 10)
            .mapToObj(adjustment::wanted)
            .filter(wanted -> !wanted.isEmpty())
            .map(wanted -> wanted.get(0).parameter())
            .toList();
    assertEquals(List.of(2, 1, 0), turns, "of rounds 2, 4 and 6; in 8 nothing is left to exchange");
  }

  @Test
  void momentsCostTwoNumbersForEachChannel() {
    ChannelMoments.Layer layer = new ChannelMoments.Layer(new float[5], new float[5]);
    ChannelMoments moments = new ChannelMoments(java.util.Map.of("1", layer));
    assertEquals(80, new Answer.Moments(List.of(moments, moments)).bytes());
  }
}

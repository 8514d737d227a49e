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
package org.dl4jprune.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Gates of weights, channels, heads and branches in SameDiff graphs, in all relaxations. */
class SameDiffGranularityTest {
  private static final DataType TYPE = DataType.DOUBLE;

  private final SameDiff graph = SameDiff.create();
  private final SameDiffGates gates = new SameDiffGates(graph);
  private DataSet data = Nets.rows(12, TYPE, 1);

  private SDVariable variable(String name, int seed, long... shape) {
    return graph.var(name, Nets.random(TYPE, seed, shape));
  }

  private void end(SDVariable features, long width) {
    SDVariable labels = graph.placeHolder("labels", TYPE, -1, 3);
    SDVariable logits = features.mmul("logits", variable("last", 9, width, 3));
    graph.loss().softmaxCrossEntropy("task", labels, logits, null);
    graph.setLossVariables("task");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(0.05))
            .dataSetFeatureMapping("input")
            .dataSetLabelMapping("labels")
            .build());
  }

  /** A first layer of 6, a residual branch of 5 hidden units, its end gated as a whole. */
  private void build(Granularity granularity, Relaxation relaxation) {
    if (granularity == Granularity.HEAD) {
      attention(relaxation);
      return;
    }
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable stem = graph.nn().relu(input.mmul(variable("w0", 1, 8, 6)), 0);
    SDVariable w1 = variable("w1", 2, 6, 5);
    SDVariable read =
        granularity == Granularity.WEIGHT ? gates.weights("gate", w1, relaxation, 1) : w1;
    SDVariable hidden = graph.nn().relu(stem.mmul(read).add(variable("b1", 3, 5)), 0);
    SDVariable open =
        granularity == Granularity.CHANNEL
            ? gates.channels("gate", hidden, 5, relaxation, 1, "w1", "b1")
            : hidden;
    SDVariable branch = open.mmul(variable("w2", 4, 5, 6)).add("branch", variable("b2", 5, 6));
    SDVariable added =
        granularity == Granularity.LAYER
            ? gates.layer("gate", branch, relaxation, 1, "w2", "b2")
            : branch;
    end(stem.add("sum", added), 6);
  }

  /**
   * Three heads of width 2 over four positions, after one projection of 5 inputs for each of q, k,
   * v.
   */
  private void attention(Relaxation relaxation) {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 4, 5);
    SDVariable[] parts = new SDVariable[3];
    for (int i = 0; i < 3; i++) {
      SDVariable rows = input.reshape(-1, 5).mmul(variable("qkv".substring(i, i + 1), i, 5, 6));
      parts[i] = graph.permute(rows.reshape(-1, 4, 3, 2), 0, 2, 1, 3);
    }
    SDVariable scores = graph.mmul(parts[0], graph.permute(parts[1], 0, 1, 3, 2));
    SDVariable weighted = graph.mmul(graph.nn().softmax(scores.mul(0.7), -1), parts[2]);
    SDVariable joined = graph.permute(weighted, 0, 2, 1, 3).reshape(-1, 6);
    SDVariable projection = gates.heads("gate", variable("o", 6, 6, 7), 3, relaxation, 1);
    SDVariable result = joined.mmul(projection).reshape(-1, 4, 7).mean(1);
    data = new DataSet(Nets.random(TYPE, 1, 12, 4, 5), Nets.rows(12, TYPE, 1).getLabels());
    end(graph.nn().relu(result, 0), 7);
  }

  private Map<String, INDArray> feed() {
    Map<String, INDArray> feed = new HashMap<>();
    feed.put("input", data.getFeatures());
    feed.put("labels", data.getLabels());
    return feed;
  }

  private INDArray logits() {
    return graph.getVariable("gate_gate").getArr();
  }

  /** About half of the gates closed, exactly. */
  private void settle() {
    logits().assign(Nets.random(TYPE, 5, logits().shape()).muli(2));
    logits().addi(logits().lt(0).castTo(TYPE).muli(-1e4));
  }

  private static INDArray output(SameDiff graph, Map<String, INDArray> feed) {
    return graph.output(feed, "logits").get("logits");
  }

  @ParameterizedTest
  @CsvSource({
    "WEIGHT, STRAIGHT_THROUGH", "WEIGHT, SIGMOID", "WEIGHT, HARD_CONCRETE",
    "CHANNEL, STRAIGHT_THROUGH", "CHANNEL, SIGMOID", "CHANNEL, HARD_CONCRETE",
    "HEAD, STRAIGHT_THROUGH", "HEAD, SIGMOID", "HEAD, HARD_CONCRETE",
    "LAYER, STRAIGHT_THROUGH", "LAYER, SIGMOID", "LAYER, HARD_CONCRETE"
  })
  void trainedSavedAndFolded(Granularity granularity, Relaxation relaxation, @TempDir File folder) {
    build(granularity, relaxation);
    gates.penalize("cost", gates.l1(), 0.5);
    INDArray before = logits().dup();
    graph.setListeners(gates.steer(Map.of()));
    graph.fit(new ViewIterator(data, 4), 2);
    assertTrue(Nets.distance(before, logits()) > 0.01);
    settle();
    INDArray expected = output(graph, feed());
    File file = new File(folder, "graph.fb");
    graph.save(file, true);
    assertEquals(0, Nets.distance(expected, output(SameDiff.load(file, true), feed())));
    SameDiff folded = SameDiffFolding.fold(gates, Map.of());
    assertTrue(folded.variables().stream().noneMatch(v -> v.name().startsWith("gate")));
    assertEquals(0, Nets.distance(expected, output(folded, feed())), 1e-9);
    Folded cut = SameDiffFolding.cut(gates, Map.of());
    SameDiff smaller = (SameDiff) cut.model().unwrap();
    assertEquals(0, Nets.distance(expected, output(smaller, feed())), 1e-9);
    assertTrue(cut.warnings().isEmpty(), cut.toText());
    double least = logits().gt(0).castTo(TYPE).sumNumber().doubleValue();
    switch (granularity) {
      case CHANNEL -> assertEquals(least, smaller.getVariable("w1").getArr().size(1));
      case HEAD -> {
        assertEquals(2 * least, smaller.getVariable("o").getArr().size(0));
        assertEquals(2 * least, smaller.getVariable("q").getArr().size(1));
      }
      case LAYER -> assertEquals(least > 0, smaller.hasVariable("w2"));
      default ->
          assertEquals(
              least, smaller.getVariable("w1").getArr().neq(0).castTo(TYPE).sumNumber().intValue());
    }
    // The graph itself has kept its gates, and what was cut trains on.
    assertEquals(0, Nets.distance(expected, output(graph, feed())));
    smaller.fit(new ViewIterator(data, 4), 1);
  }

  @ParameterizedTest
  @CsvSource({
    "WEIGHT, SIGMOID",
    "CHANNEL, HARD_CONCRETE",
    "HEAD, SIGMOID",
    "HEAD, HARD_CONCRETE",
    "LAYER, SIGMOID",
    "LAYER, HARD_CONCRETE"
  })
  void gradientsOfTheTaskAndOfABudgetOfTheWholeGraph(
      Granularity granularity, Relaxation relaxation) {
    build(granularity, relaxation);
    gates.penalize("cost", SameDiffBudget.ofModel(gates).target(0.9), 3);
    logits().assign(Nets.random(TYPE, 5, logits().shape()).muli(0.5));
    INDArray gradient = graph.calculateGradients(feed(), "gate_gate").get("gate_gate").dup();
    INDArray flat = logits().reshape(logits().length());
    INDArray found = gradient.dup('c').reshape(gradient.length());
    for (int i = 0; i < Math.min(6, flat.length()); i++) {
      double before = flat.getDouble(i);
      double[] scores = new double[2];
      for (int side = 0; side < 2; side++) {
        flat.putScalar(i, before + (side == 0 ? 1e-6 : -1e-6));
        scores[side] =
            graph.output(feed(), "task", "cost").values().stream()
                .mapToDouble(loss -> loss.sumNumber().doubleValue())
                .sum();
      }
      flat.putScalar(i, before);
      assertEquals((scores[0] - scores[1]) / 2e-6, found.getDouble(i), 1e-6);
    }
  }

  /** At zeros and ones the share is that of the graph which is cut out. */
  @ParameterizedTest
  @EnumSource(
      value = Granularity.class,
      names = {"CHANNEL", "HEAD", "LAYER"})
  void theShareOfTheModelIsThatOfWhatIsCut(Granularity granularity) {
    build(granularity, Relaxation.STRAIGHT_THROUGH);
    double full =
        Cost.parameters(ChannelGroups.of(SameDiffFolding.withoutGates(gates))).after(Set.of());
    SDVariable share = SameDiffBudget.ofModel(gates).share();
    settle();
    if (granularity == Granularity.LAYER) {
      logits().assign(-1e4);
    }
    double expected = graph.output(Map.of(), share.name()).get(share.name()).getDouble(0);
    ChannelGroups left = ChannelGroups.of(SameDiffFolding.cut(gates, Map.of()).model().unwrap());
    assertEquals(Cost.parameters(left).after(Set.of()) / full, expected, 1e-9);
    assertTrue(expected < 1);
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void aClosedBranchGoes(Relaxation relaxation) {
    build(Granularity.LAYER, relaxation);
    graph.fit(new ViewIterator(data, 4), 1);
    logits().assign(-1e4);
    INDArray expected = output(graph, feed());
    Folded cut = SameDiffFolding.cut(gates, Map.of());
    SameDiff smaller = (SameDiff) cut.model().unwrap();
    assertEquals(List.of(0.0), cut.gates().get("gate"));
    assertTrue(List.of("w1", "b1", "w2", "b2").stream().noneMatch(smaller::hasVariable));
    assertEquals(0, Nets.distance(expected, output(smaller, feed())), 1e-9);
    smaller.fit(new ViewIterator(data, 4), 1);
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void channelsOfImages(Relaxation relaxation) {
    images(relaxation);
    SDVariable share = SameDiffBudget.ofModel(gates, data.toMultiDataSet()).share();
    graph.fit(new ViewIterator(data, 4), 1);
    settle();
    INDArray expected = output(graph, feed());
    Folded cut = SameDiffFolding.cut(gates, Map.of());
    SameDiff smaller = (SameDiff) cut.model().unwrap();
    double kept = logits().gt(0).castTo(TYPE).sumNumber().doubleValue();
    assertEquals(kept, smaller.getVariable("k0").getArr().size(3));
    assertEquals(0, Nets.distance(expected, output(smaller, feed())), 1e-9);
    INDArray open = graph.output(Map.of(), "gate_gates").get("gate_gates");
    double mean = open.sumNumber().doubleValue() / 5;
    // 36 positions of 9·2 weights for each of 5 channels, each read by 9·4 of the next, and the
    // end.
    double whole = 36 * (18 * 5 + 36 * 5) + 4 * 3;
    double found = graph.output(Map.of(), share.name()).get(share.name()).getDouble(0);
    if (relaxation != Relaxation.HARD_CONCRETE) {
      assertEquals((36 * (18 * 5 + 36 * 5) * mean + 12) / whole, found, 1e-9);
    }
  }

  private void images(Relaxation relaxation) {
    data = Nets.images(12, TYPE, 1);
    SDVariable input = graph.placeHolder("input", TYPE, -1, 2, 6, 6);
    Conv2DConfig same = Conv2DConfig.builder().kH(3).kW(3).paddingMode(PaddingMode.SAME).build();
    SDVariable first =
        graph.cnn().conv2d(input, variable("k0", 1, 3, 3, 2, 5), variable("b0", 2, 5), same);
    SDVariable relu = graph.nn().relu(first, 0);
    SDVariable open =
        relaxation == null
            ? new SameDiffConsensus(gates).maps("gate", relu, input.mean(2, 3), 2, 5, "k0", "b0")
            : gates.maps("gate", relu, 5, relaxation, 1, "k0", "b0");
    SDVariable second = graph.cnn().conv2d(open, variable("k1", 3, 3, 3, 5, 4), null, same);
    end(graph.nn().relu(second, 0).mean(2, 3), 4);
  }

  /** Each example its own gates; where they are those of the majority the outputs are equal. */
  @Test
  void consensusGatesOfImagesAndBranches() {
    images(null);
    gates.penalize("agreement", gates.polarization(), 5);
    graph.fit(new ViewIterator(data, 4), 2);
    graph.getVariable("gate_U").getArr().muli(100);
    graph.getVariable("gate_c").getArr().assign(Nets.random(TYPE, 8, 1, 5).muli(0.5));
    INDArray open = graph.output(feed(), "gate_gates").get("gate_gates");
    Folded cut = SameDiffFolding.cut(gates, feed());
    INDArray kept =
        Nd4j.createFromArray(
                cut.gates().get("gate").stream().mapToDouble(Double::doubleValue).toArray())
            .reshape(1, 5);
    INDArray difference =
        output(graph, feed()).sub(output((SameDiff) cut.model().unwrap(), feed()));
    int equal = 0;
    for (int i = 0; i < 12; i++) {
      if (Nets.distance(open.getRow(i, true), kept) == 0) {
        assertEquals(0, difference.getRow(i).amaxNumber().doubleValue(), 1e-9);
        equal++;
      }
    }
    assertTrue(equal > 0 && equal < 12, "" + equal);
    assertTrue(kept.sumNumber().intValue() < 5);
  }

  @Test
  void aConsensusThatClosesABranchLeavesItsSkip() {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable stem = graph.nn().relu(input.mmul(variable("w0", 1, 8, 6)), 0);
    SDVariable branch = graph.math().tanh(stem.mmul(variable("w1", 2, 6, 6)));
    end(stem.add(new SameDiffConsensus(gates).layer("gate", branch, 2, stem, 6)), 6);
    graph.fit(new ViewIterator(data, 4), 2);
    graph.getVariable("gate_c").getArr().assign(-50);
    INDArray expected = output(graph, feed());
    SameDiff folded = SameDiffFolding.fold(gates, feed());
    assertEquals(
        Set.of("w0", "last"),
        Set.copyOf(
            folded.variables().stream()
                .map(SDVariable::name)
                .filter(List.of("w0", "w1", "last", "gate_U")::contains)
                .toList()));
    assertEquals(0, Nets.distance(expected, output(folded, feed())), 1e-9);
    graph.getVariable("gate_c").getArr().assign(50);
    expected = output(graph, feed());
    folded = SameDiffFolding.fold(gates, feed());
    assertEquals(0, Nets.distance(expected, output(folded, feed())), 1e-9);
  }

  /** Behind a sum a zero is no absence, so it stays one. */
  @Test
  void coupledChannelsStayAsZerosAndABudgetOfTheModelIsRefused() {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable stem = graph.nn().relu(input.mmul(variable("w0", 1, 8, 6)), 0);
    SDVariable branch = graph.nn().relu(stem.mmul(variable("w1", 2, 6, 6)), 0);
    end(stem.add(gates.channels("gate", branch, 6, Relaxation.STRAIGHT_THROUGH, 1, "w1")), 6);
    refused("coupled with other weights", () -> SameDiffBudget.ofModel(gates));
    settle();
    INDArray expected = output(graph, feed());
    Folded cut = SameDiffFolding.cut(gates, Map.of());
    assertTrue(cut.warnings().get(0).contains("stays as zeros"), cut.toText());
    assertTrue(cut.plan().units().isEmpty());
    assertEquals(0, Nets.distance(expected, output((SameDiff) cut.model().unwrap(), feed())), 1e-9);
  }

  /** A sigmoid makes one half of a zero, which its reader would miss. */
  @Test
  void channelsThatAreFilledAgainStayAsZeros() {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable stem = graph.nn().relu(input.mmul(variable("w0", 1, 8, 6)), 0);
    SDVariable open = gates.channels("gate", stem, 6, Relaxation.STRAIGHT_THROUGH, 1, "w0");
    end(graph.nn().sigmoid(open), 6);
    refused("no zero where", () -> SameDiffBudget.ofModel(gates));
    settle();
    INDArray expected = output(graph, feed());
    Folded cut = SameDiffFolding.cut(gates, Map.of());
    assertEquals(1, cut.warnings().size());
    assertEquals(0, Nets.distance(expected, output((SameDiff) cut.model().unwrap(), feed())), 1e-9);
  }

  @Test
  void whatCannotFoldIsRefused() {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable w0 = variable("w0", 1, 8, 6);
    SDVariable stem = graph.nn().relu(input.mmul(w0), 0);
    SDVariable open = gates.channels("gate", stem, 6, Relaxation.SIGMOID, 1, "w0");
    SDVariable branch =
        gates.layer(
            "whole",
            graph.math().tanh(open.mmul(variable("w1", 2, 6, 6))),
            Relaxation.SIGMOID,
            1,
            "w1");
    refused(
        "no multiple", () -> gates.heads("h", graph.getVariable("w1"), 4, Relaxation.SIGMOID, 1));
    refused("no variable with values", () -> gates.weights("w", input, Relaxation.SIGMOID, 1));
    refused("a gate at", () -> gates.layer("gate", branch, Relaxation.SIGMOID, 1));
    end(stem.add(branch), 6);
    refused("read without the gates gate", () -> SameDiffFolding.fold(gates, Map.of()));
  }

  @Test
  void aBranchThatIsNotSummedCannotBeClosed() {
    SDVariable input = graph.placeHolder("input", TYPE, -1, 8);
    SDVariable stem = graph.math().tanh(input.mmul(variable("w0", 1, 8, 6)));
    end(gates.layer("gate", stem, Relaxation.SIGMOID, 1, "w0"), 6);
    refused("tanh", () -> SameDiffFolding.fold(gates, Map.of()));
    logits().assign(-1);
    refused("no sum with the skip", () -> SameDiffFolding.fold(gates, Map.of()));
  }

  @Test
  void anUnreachableShareOfTheModelSaysWhatCanBeReached() {
    build(Granularity.CHANNEL, Relaxation.SIGMOID);
    SameDiffBudget budget = SameDiffBudget.ofModel(gates);
    // One of five units leaves 48 + 6 + 1 + 6 + 6 + 18 of 48 + 30 + 5 + 30 + 6 + 18 parameters.
    refused("%.4f is the least".formatted(85 / 137.0), () -> budget.excess(0.6));
    budget.excess(0.63);
  }

  @Test
  void whatElseIsComputedOfGatesGoesWithThemUnlessItIsALoss() {
    build(Granularity.CHANNEL, Relaxation.SIGMOID);
    SDVariable looked = gates.open().mul("looked", 2);
    SameDiff folded = SameDiffFolding.fold(gates, Map.of());
    assertTrue(folded.variables().stream().noneMatch(v -> v.name().startsWith("gate")));
    assertTrue(graph.hasVariable("looked") && !folded.hasVariable("looked"));
    graph.getVariable("task").add("both", looked.sum());
    graph.setLossVariables("both");
    refused("The loss both is computed of gates", () -> SameDiffFolding.fold(gates, Map.of()));
  }

  private static void refused(String part, Runnable action) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }
}

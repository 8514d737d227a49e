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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.search.Benefit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The numbers and the exact checks of the card pruning-game. */
class PruningGameTest {
  private static final INDArray THETA =
      Nd4j.createFromArray(new double[][] {{1, 2}, {2, 1}, {-1, 0.5}});
  private static final INDArray GRADIENT =
      Nd4j.createFromArray(new double[][] {{-0.3, -0.2}, {0.1, -0.4}, {0.05, 0.1}});

  private static void card(Benefit benefit, double[] gradient, double[] after) {
    ParticipationRule rule = new ParticipationRule(benefit, 1, 0.1, 0.05, 0.1, 0.5);
    INDArray s = Nd4j.createFromArray(1.0, 0.5, 0);
    INDArray derivative = PlayerLayer.rowSums(THETA.mul(GRADIENT));
    assertArrayEquals(new double[] {-0.7, -0.2, 0}, derivative.toDoubleVector(), 1e-12);
    INDArray utility = rule.gradient(s, derivative, List.of(THETA));
    assertArrayEquals(gradient, utility.toDoubleVector(), 1e-12);
    rule.step(s, derivative, List.of(THETA));
    assertArrayEquals(after, s.toDoubleVector(), 1e-12);
  }

  @Test
  void theWorkedExample() {
    card(Benefit.DESCENT, new double[] {-0.55, -0.75, 0.025}, new double[] {0.725, 0.125, 0.0125});
    card(Benefit.LITERAL, new double[] {-1.95, -1.05, 0.025}, new double[] {0.025, 0, 0.0125});
    // |δ| of the first two is what DESCENT has, since both δ are negative.
    card(Benefit.ABSOLUTE, new double[] {-0.55, -0.75, 0.025}, new double[] {0.725, 0.125, 0.0125});
  }

  @Test
  void competitionOfTheWorkedExample() {
    assertArrayEquals(
        new double[] {5, 4, 0, 4, 5, -1.5, 0, -1.5, 1.25},
        THETA.mmul(THETA.transpose()).dup('c').reshape('c', new long[] {9}).toDoubleVector(),
        1e-12);
    INDArray s = Nd4j.createFromArray(1.0, 0.5, 0);
    INDArray none = s.like();
    INDArray with =
        new ParticipationRule(Benefit.DESCENT, 1, 0.1, 0.05, 0.1, 0.5)
            .gradient(s, none, List.of(THETA));
    INDArray without =
        new ParticipationRule(Benefit.DESCENT, 1, 0.1, 0.05, 0, 0.5)
            .gradient(s, none, List.of(THETA));
    // η times what the others of the layer press with; the third gains from its opposite.
    assertArrayEquals(
        new double[] {2, 4, -0.75}, without.sub(with).div(0.1).toDoubleVector(), 1e-12);
  }

  @Test
  void weightsAndBiasesInTwoTensorsCompeteAsIfInOne() {
    ParticipationRule rule = new ParticipationRule(Benefit.DESCENT, 1, 0.1, 0.05, 0.1, 0.5);
    INDArray s = Nd4j.createFromArray(1.0, 0.5, 0);
    INDArray none = s.like();
    List<INDArray> parts =
        List.of(
            THETA.getColumn(0).dup().reshape('c', 3, 1),
            THETA.getColumn(1).dup().reshape('c', 3, 1));
    assertArrayEquals(
        rule.gradient(s, none, List.of(THETA)).toDoubleVector(),
        rule.gradient(s, none, parts).toDoubleVector(),
        1e-12);
  }

  @Test
  void aPlayerWithoutWeightsOnlyPays() {
    ParticipationRule rule = new ParticipationRule(Benefit.DESCENT, 1, 0.1, 0.05, 0.1, 0.5);
    INDArray s = Nd4j.createFromArray(0.02, 1);
    INDArray theta = Nd4j.createFromArray(new double[][] {{0, 0}, {1, 1}});
    assertEquals(-0.05, rule.gradient(s, s.like(), List.of(theta)).getDouble(0), 1e-12);
    rule.step(s, s.like(), List.of(theta));
    assertEquals(0, s.getDouble(0));
  }

  @Test
  void weightsThatGrowTenfoldAreRemarked() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    PruningGame game = idle();
    game.listener().attach(network);
    assertTrue(game.prune(network).remarks().stream().noneMatch(r -> r.contains("grew")));
    network.getParam("0_W").muli(11);
    List<String> grown =
        game.prune(network).remarks().stream().filter(r -> r.contains("grew")).toList();
    assertEquals(1, grown.size());
    assertTrue(grown.get(0).contains("layer0"), grown.get(0));
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void withoutBenefitAndCostsItIsPlainTrainingToTheBit(Training.Kind kind) {
    Object plain = kind.make();
    Object model = kind.make();
    PruningGame game = PruningGame.builder().alpha(0).build();
    Training.fit(plain, 3);
    Training.fit(model, 3, game.listener());
    assertEquals(Training.bits(plain), Training.bits(model));
    GameResult same = game.prune(model);
    assertEquals(Training.bits(model), Training.bits(same.model().unwrap()));
  }

  private static Stream<Supplier<Object>> models() {
    return Stream.of(
        () -> Toys.mlp(new Sgd(0), DataType.DOUBLE),
        () -> Toys.mlp(new Sgd(0), DataType.DOUBLE).toComputationGraph(),
        () -> {
          MultiLayerNetwork network = Toys.convolutional();
          network.setLearningRate(0);
          return network;
        },
        () -> {
          SameDiff graph = Toys.sameDiff(new Sgd(0), DataType.DOUBLE);
          graph.getTrainingConfig().setRegularization(List.of());
          return graph;
        });
  }

  /** Sets all participations and lets the model run with them. */
  private static GameSession with(PruningGame game, Object model, double... first) {
    game.listener().attach(model);
    GameSession session = (GameSession) game.listener().session();
    INDArray s = session.layers().get(0).participation();
    for (int i = 0; i < first.length; i++) {
      s.putScalar(i, first[i]);
    }
    session.stepDone(0);
    return session;
  }

  private static PruningGame idle() {
    return PruningGame.builder().alpha(0).build();
  }

  private static double loss(Object model, DataSet batch) {
    try (Gradients gradients = PrunableModel.ofAny(model).gradients(batch.toMultiDataSet())) {
      return gradients.loss();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theParticipationFollowsTheDerivativeOfTheLoss(Supplier<Object> models) {
    DataSet batch = Toys.batches(DataType.DOUBLE, 1).get(0);
    double s = 0.6;
    double h = 1e-5;
    Object more = models.get();
    with(idle(), more, 0.5, s + h);
    Object less = models.get();
    with(idle(), less, 0.5, s - h);
    double derivative = (loss(more, batch) - loss(less, batch)) / (2 * h);
    PruningGame game = PruningGame.builder().participationRate(0.01).build();
    Object model = models.get();
    // The hooks outside of a training see no gradient, so this leaves the participations as set.
    GameSession session = with(game, model, 0.5, s);
    fit(model, batch, game.listener());
    double after = session.layers().get(0).participation().getDouble(1);
    assertEquals(-derivative, (after - s) / 0.01, 1e-6 + 1e-5 * Math.abs(derivative));
    assertTrue(Math.abs(derivative) > 1e-6);
  }

  private static void fit(Object model, DataSet batch, StepListener listener) {
    if (model instanceof SameDiff graph) {
      graph.setListeners(listener);
      graph.fit(new ExistingDataSetIterator(List.of(batch)), 1);
    } else if (model instanceof MultiLayerNetwork network) {
      network.setListeners(listener);
      network.fit(batch);
    } else {
      ((ComputationGraph) model).setListeners(listener);
      ((ComputationGraph) model).fit(batch);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aPlayerAtZeroIsSilentLosesNothingAndIsCutExactly(Supplier<Object> models) {
    DataSet batch = Toys.batches(DataType.DOUBLE, 1).get(0);
    MultiDataSet all = batch.toMultiDataSet();
    Object model = models.get();
    List<Long> before = Training.bits(model);
    PruningGame game = idle();
    GameSession session = with(game, model, 1, 0, 0.5);
    GameResult result = game.prune(model);
    assertEquals(1, result.plan().units().size());
    INDArray gated = PrunableModel.ofAny(model).logits(all)[0];
    INDArray cut = result.model().logits(all)[0];
    assertEquals(0, gated.sub(cut).amaxNumber().doubleValue(), 1e-5);
    // Other incoming parameters of the silent unit give the same loss.
    Object other = models.get();
    PrunableModel view = PrunableModel.ofAny(other);
    PruningGame second = idle();
    second.listener().attach(other);
    for (var p : ((GameSession) second.listener().session()).layers().get(0).tensors()) {
      INDArray values = view.values(p);
      INDArray rows = p.asMatrix(values).dup('c');
      rows.getRow(1).addi(3);
      p.assignFlat(values, rows.reshape('c', new long[] {rows.length()}));
    }
    with(second, other, 1, 0, 0.5);
    assertEquals(loss(model, batch), loss(other, batch), 1e-7);
    session.layers().get(0).participation().assign(1);
    session.stepDone(1);
    INDArray back = Nd4j.createFromArray(doubles(Training.bits(model)));
    assertEquals(
        0, back.sub(Nd4j.createFromArray(doubles(before))).amaxNumber().doubleValue(), 1e-12);
  }

  /** Whether one of some players at 0 is above 0 after a step on one of several batches. */
  private static boolean returns(Supplier<Object> models, Benefit benefit) {
    return Toys.batches(DataType.DOUBLE, 5).stream()
        .anyMatch(
            batch -> {
              Object model = models.get();
              PruningGame game =
                  PruningGame.builder().benefit(benefit).participationRate(0.1).build();
              GameSession session = with(game, model, 0, 0, 0, 0, 0, 0);
              fit(model, batch, game.listener());
              INDArray s = session.layers().get(0).participation();
              return IntStream.range(0, 6).anyMatch(player -> s.getDouble(player) > 0);
            });
  }

  /** δ is that of the parameters that the model does not run with, so it is defined at 0. */
  @ParameterizedTest
  @MethodSource("models")
  void aPlayerAtZeroReturnsUnlessTheBenefitIsLiteral(Supplier<Object> models) {
    Map<Benefit, Boolean> returned = new EnumMap<>(Benefit.class);
    for (Benefit benefit : Benefit.values()) {
      returned.put(benefit, returns(models, benefit));
    }
    assertEquals(
        Map.of(Benefit.DESCENT, true, Benefit.LITERAL, false, Benefit.ABSOLUTE, true), returned);
  }

  @Test
  void aReluDoesNotLetAPlayerReturn() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0), DataType.DOUBLE);
    network.getLayerWiseConfigurations().getConfs().stream()
        .map(conf -> conf.getLayer())
        .filter(DenseLayer.class::isInstance)
        .forEach(layer -> ((DenseLayer) layer).setActivationFn(new ActivationReLU()));
    for (Benefit benefit : Benefit.values()) {
      assertFalse(returns(network::clone, benefit), benefit.toString());
    }
  }

  private static double[] doubles(List<Long> bits) {
    return bits.stream().mapToDouble(Double::longBitsToDouble).toArray();
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void costsMakePlayersLeaveAndTheSmallerModelTrainsOn(Training.Kind kind) {
    Object model = kind.make();
    PruningGame game = PruningGame.builder().l2Cost(0.05).l1Cost(0.02).participationRate(2).build();
    Training.fit(model, 4, game.listener());
    GameResult result = game.prune(model);
    assertTrue(result.plan().units().size() > 0, result.toText());
    for (GameResult.Layer layer : result.layers()) {
      assertTrue(
          layer.kept() >= 1 && layer.participation().stream().allMatch(s -> s >= 0 && s <= 1));
    }
    Object smaller = result.model().unwrap();
    Training.fit(smaller, 1);
    assertTrue(result.model().parameters().stream().noneMatch(p -> p.length() == 0));
    Object again = kind.make();
    PruningGame second =
        PruningGame.builder().l2Cost(0.05).l1Cost(0.02).participationRate(2).build();
    Training.fit(again, 4, second.listener());
    assertEquals(Training.bits(model), Training.bits(again));
  }

  private static MultiLayerNetwork twins() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Adam(1e-2), DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(12).nOut(2).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(2)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    INDArray in = network.getParam("0_W");
    in.getColumn(1).assign(in.getColumn(0).dup());
    INDArray out = network.getParam("1_W");
    out.getRow(1).assign(out.getRow(0).dup());
    return network;
  }

  @Test
  void competitionRemovesOneOfTwins() {
    List<MultiDataSet> batches =
        Toys.batches(DataType.DOUBLE, 3).stream().map(DataSet::toMultiDataSet).toList();
    PruningGame.Builder settings =
        PruningGame.builder().benefit(Benefit.ABSOLUTE).l2Cost(1).threshold(1e-9);
    MultiLayerNetwork alike = twins();
    // Neither magnitude nor Taylor tells them apart.
    assertArrayEquals(
        alike.getParam("0_W").getColumn(0).toDoubleVector(),
        alike.getParam("0_W").getColumn(1).toDoubleVector());
    GameResult alone = settings.competition(0).build().solve(alike, batches);
    assertEquals(
        alone.layers().get(0).participation().get(0), alone.layers().get(0).participation().get(1));
    GameResult both = settings.competition(1.9).build().solve(twins(), batches);
    assertEquals(2, both.layers().get(0).kept());
    assertTrue(both.layers().get(0).equilibrium().isUnique());
    double first = both.layers().get(0).participation().get(0);
    assertEquals(first, both.layers().get(0).participation().get(1), 1e-6);
    GameResult one = settings.competition(2.5).build().solve(twins(), batches);
    assertEquals(1, one.layers().get(0).kept());
    assertEquals(0, one.layers().get(0).participation().get(0));
    double second = one.layers().get(0).participation().get(1);
    assertEquals(3.9 * first, 2 * second, 1e-6);
    assertTrue(one.toText().contains("there may be others"), one.toText());
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void aNumberOfPlayersIsReached(Training.Kind kind) {
    Object model = kind.make(DataType.DOUBLE);
    List<Long> before = Training.bits(model);
    List<MultiDataSet> batches =
        Training.batches(model).stream().map(DataSet::toMultiDataSet).toList();
    PruningGame game =
        PruningGame.builder().benefit(Benefit.ABSOLUTE).l2Cost(1e-3).threshold(1e-6).build();
    GameResult result = game.solve(model, batches, 7);
    assertEquals(7, result.layers().stream().mapToInt(GameResult.Layer::kept).sum());
    assertEquals(before, Training.bits(model));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> game.solve(model, batches, 1_000_000));
    assertTrue(refused.getMessage().contains("ask for at most"), refused.getMessage());
  }

  @Test
  void anEmptiedLayerKeepsItsStrongestPlayerWithAWarning() {
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    PruningGame game = PruningGame.builder().alpha(0).l1Cost(1).participationRate(1).build();
    Training.fit(network, 1, game.listener());
    GameResult[] result = new GameResult[1];
    List<String> warnings =
        Training.warnings(GameResult.class, () -> result[0] = game.prune(network));
    assertEquals(2, warnings.size());
    assertEquals(List.of(1, 1), result[0].layers().stream().map(GameResult.Layer::kept).toList());
    assertTrue(result[0].toText().contains("runs to 0 or to 1"), result[0].toText());
    // Ties go to the lowest number.
    assertTrue(warnings.get(0).contains("number 0 stays"), warnings.get(0));
  }

  @Test
  void whatCannotBeIsRefused() {
    for (PruningGame.Builder bad :
        List.of(
            PruningGame.builder().alpha(-1),
            PruningGame.builder().l2Cost(-1),
            PruningGame.builder().l1Cost(Double.NaN),
            PruningGame.builder().competition(-0.1),
            PruningGame.builder().participationRate(0),
            PruningGame.builder().threshold(1),
            PruningGame.builder().threshold(-0.1))) {
      assertThrows(IllegalArgumentException.class, bad::build);
    }
    IllegalArgumentException named =
        assertThrows(
            IllegalArgumentException.class, () -> PruningGame.builder().l1Cost(-0.5).build());
    assertTrue(named.getMessage().contains("l1Cost -0.5"), named.getMessage());
    MultiLayerNetwork network = Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    assertThrows(IllegalStateException.class, () -> idle().prune(network));
    assertThrows(IllegalArgumentException.class, () -> idle().solve(network, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> PruningGame.builder().layers("layer2").build().listener().attach(network));
    assertThrows(IllegalArgumentException.class, () -> idle().listener().attach(Toys.recurrent()));
    DataSet bad = Toys.batches(DataType.DOUBLE, 1).get(0);
    bad.getFeatures().putScalar(0, Double.NaN);
    PruningGame game = idle();
    network.setListeners(game.listener());
    List<Long> before = Training.bits(network);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> network.fit(bad));
    assertTrue(refused.getMessage().contains("layer layer"), refused.getMessage());
    assertEquals(before, Training.bits(network));
    network.fit(Toys.batches(DataType.DOUBLE, 1).get(0));
    assertTrue(Double.isFinite(network.params().sumNumber().doubleValue()));
  }
}

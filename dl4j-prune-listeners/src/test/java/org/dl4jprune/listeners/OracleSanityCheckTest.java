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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.dl4jprune.compare.FinalMetric;
import org.dl4jprune.compare.OracleCheck;
import org.dl4jprune.compare.OracleSanityCheck;
import org.dl4jprune.compare.OracleSanityCheckBuilder;
import org.dl4jprune.compare.OracleVerdict;
import org.dl4jprune.compare.Prediction;
import org.dl4jprune.compare.Retrained;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.search.OraclePruning;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.transform.StructuredPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The card's statistics, retraining of candidates, and what cannot be judged. */
class OracleSanityCheckTest {
  private static final double[] X = {.30, .35, .35, .50, .80, .90};
  private static final double[] ACCURACY = {.910, .915, .905, .910, .920, .900};
  private static final double[] LOSS = {.25, .24, .26, .25, .23, .28};
  private static final List<MultiDataSet> DATA =
      Toys.batches(DataType.FLOAT, Training.BATCHES).stream().map(DataSet::toMultiDataSet).toList();

  @TempDir Path folder;

  @Test
  void theWorkedExampleOfTheCard() {
    Prediction accuracy = Prediction.of("x", X, "accuracy", ACCURACY, true);
    assertEquals(-0.071429, accuracy.tau(), 1e-6);
    assertEquals(0.845687, accuracy.pValue(), 1e-6);
    assertEquals(2.0 / 6, accuracy.anomalyRatio(), 1e-12);
    assertEquals(6.0 / 13, accuracy.counterexampleRate(), 1e-12);
    assertEquals(OracleVerdict.INVALID, accuracy.verdict());
    Prediction loss = Prediction.of("x", X, "loss", LOSS, false);
    assertEquals(0.071429, loss.tau(), 1e-6);
    assertEquals(0.845687, loss.pValue(), 1e-6);
    assertEquals(2.0 / 6, loss.anomalyRatio(), 1e-12);
    assertEquals(6.0 / 13, loss.counterexampleRate(), 1e-12);
  }

  @Test
  void verdicts() {
    double[] up = DoubleStream.iterate(1, v -> v + 1).limit(12).toArray();
    double[] down = DoubleStream.of(up).map(v -> -v).toArray();
    assertEquals(OracleVerdict.VALID, Prediction.of("x", up, "y", up, false).verdict());
    assertEquals(OracleVerdict.VALID, Prediction.of("x", up, "y", down, true).verdict());
    Prediction wrong = Prediction.of("x", up, "y", down, false);
    assertEquals(OracleVerdict.INVALID, wrong.verdict());
    assertEquals(11.0 / 12, wrong.anomalyRatio(), 1e-12);
    assertEquals(1, wrong.counterexampleRate());
    // The threshold of 0.20 is compared in two decimals.
    assertEquals(OracleVerdict.INVALID, withDiscordantOf(60, 0.204).verdict());
    assertEquals(OracleVerdict.VALID, withDiscordantOf(60, 0.206).verdict());
    double[] few = {1, 2, 3};
    Prediction insignificant = Prediction.of("x", few, "y", few, false);
    assertEquals(1, insignificant.tau());
    assertEquals(OracleVerdict.INVALID, insignificant.verdict());
    Prediction equal = Prediction.of("x", few, "y", new double[3], false);
    assertEquals(OracleVerdict.UNDECIDED, equal.verdict());
    assertTrue(Double.isNaN(equal.tau()));
    assertTrue(equal.toString().contains("all numbers of one kind are equal"), equal.toString());
    Prediction broken =
        Prediction.of(
            "x", new double[] {1, Double.NaN, 3}, "y", new double[] {1, 2, Double.NaN}, false);
    assertEquals(2, broken.dropped());
    assertEquals(OracleVerdict.UNDECIDED, broken.verdict());
  }

  /** A permutation of so many numbers whose τ is the nearest above the asked one. */
  private static Prediction withDiscordantOf(int n, double tau) {
    long wrong = (long) Math.floor(n * (n - 1) / 4.0 * (1 - tau));
    double[] y = new double[n];
    List<Double> left =
        new ArrayList<>(DoubleStream.iterate(1, v -> v + 1).limit(n).boxed().toList());
    for (int i = 0; i < n; i++) {
      // The first stays first, so that no candidate is better than the oracle.
      int jump = i == 0 ? 0 : (int) Math.min(wrong, left.size() - 1);
      y[i] = left.remove(jump);
      wrong -= jump;
    }
    double[] x = DoubleStream.iterate(1, v -> v + 1).limit(n).toArray();
    Prediction prediction = Prediction.of("x", x, "y", y, false);
    assertEquals(tau, prediction.tau(), 0.002);
    assertTrue(prediction.pValue() < 0.05 && prediction.anomalyRatio() == 0);
    return prediction;
  }

  private static Object trained(Kind kind) {
    Object model = kind.make();
    Training.fit(model, 3);
    return model;
  }

  private OracleSanityCheckBuilder check(OraclePruning search, String directory) {
    return OracleSanityCheck.builder()
        .search(search)
        .trainer(TrainerTest.trainer(DataType.FLOAT))
        .test(DATA)
        .iterations(5)
        .repeats(2)
        .directory(folder.resolve(directory));
  }

  private static OraclePruning search(Object model, int candidates) {
    String layer =
        ChannelGroups.of(model).groups().get(0).slots().stream()
            .filter(slot -> slot.parameter().role() == Role.WEIGHT)
            .filter(slot -> slot.parameter().isOutputAxis(slot.axis()))
            .findFirst()
            .orElseThrow()
            .parameter()
            .layer();
    return OraclePruning.of(model).layers(layer).ratio(0.5).data(DATA).sample(candidates, 1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withoutRetrainingTheTrainingLossIsPredicted(Kind kind) {
    OracleCheck check =
        check(search(trained(kind), 20), "a").iterations(0).repeats(1).build().run();
    Prediction loss = check.of(OracleCheck.TEST_LOSS);
    assertEquals(20, loss.candidates());
    assertEquals(1, loss.tau(), 1e-12);
    assertEquals(0, loss.anomalyRatio());
    assertEquals(0, loss.counterexampleRate());
    assertEquals(OracleVerdict.VALID, loss.verdict());
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> check.of(OracleCheck.SCORE));
    assertTrue(none.getMessage().contains("[test loss]"), none.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anInterruptedCheckEndsWithTheSameNumbers(Kind kind) {
    Object model = trained(kind);
    List<Long> before = Training.bits(model);
    OracleCheck whole = check(search(model, 4), "whole").build().run();
    int[] left = {5};
    OracleSanityCheckBuilder dying =
        check(search(model, 4), "dying")
            .prepare(
                smaller -> {
                  if (left[0]-- == 0) {
                    throw new IllegalStateException("killed");
                  }
                });
    assertThrows(IllegalStateException.class, () -> dying.build().run());
    int[] retrainings = {0};
    OracleCheck resumed =
        check(search(model, 4), "dying").prepare(smaller -> retrainings[0]++).build().run();
    assertEquals(4 * 2 - 5, retrainings[0], "every finished repeat is kept");
    assertEquals(whole, resumed);
    assertEquals(before, Training.bits(model));
    for (Retrained one : whole.candidates()) {
      assertEquals(2, one.losses().size());
      assertTrue(one.loss() < one.before(), "retraining lowers the loss");
    }
    IllegalArgumentException other =
        assertThrows(
            IllegalArgumentException.class,
            () -> check(search(model, 4), "dying").repeats(1).build().run());
    assertTrue(other.getMessage().contains("repeats 2, not 1"), other.getMessage());
  }

  @Test
  void overlaysAndPredictorsStandBesideTheOracle() throws IOException {
    Object model = trained(Kind.NETWORK);
    OraclePruning search = search(model, 6);
    RemovalPlan among = search.plans().get(2);
    RemovalPlan other = StructuredPruning.of(model).sparsity("layer0", 0.5).sparsity(0).plan();
    OracleCheck check =
        check(search, "a")
            .iterations(0)
            .repeats(1)
            .evaluate(m -> -PrunableModel.ofAny(m).loss(DATA.get(0)))
            .overlay("third", among)
            .overlay("L1 <norm>", other)
            .predictor("first unit", plan -> plan.units().get(0))
            .predictor("first unit again", Map.of(0, -100.0, 1, -10.0, 2, -1.0))
            .build()
            .run();
    assertEquals(6, check.candidates().size());
    assertEquals(check.candidates().get(2), check.overlays().get("third"));
    assertEquals(other.units(), check.overlays().get("L1 <norm>").units());
    assertEquals(6, check.predictions().size());
    double[] units = check.candidates().stream().mapToDouble(c -> c.units().get(0)).toArray();
    double[] losses = check.candidates().stream().mapToDouble(Retrained::loss).toArray();
    assertEquals(
        Prediction.of("first unit", units, OracleCheck.TEST_LOSS, losses, false),
        check.predictions().get(2));
    double[] sums =
        check.candidates().stream()
            .mapToDouble(
                c ->
                    (c.units().contains(0) ? -100 : 0)
                        + (c.units().contains(1) ? -10 : 0)
                        + (c.units().contains(2) ? -1 : 0))
            .toArray();
    assertEquals(
        Prediction.of("first unit again", sums, OracleCheck.TEST_LOSS, losses, false),
        check.predictions().get(4));
    int oracle =
        IntStream.range(0, 6).filter(i -> check.rank(check.candidates().get(i)) == 0).sum();
    assertEquals(search.run().oracle(), oracle);
    Path page = folder.resolve("page.html");
    check.writeHtml(page);
    String html = Files.readString(page);
    // Six candidates, the oracle, the mean and two overlays, for the loss and the score.
    assertEquals(2 * (6 + 1 + 1 + 2), html.split("<circle", -1).length - 1);
    assertTrue(html.contains("loss before retraining") && html.contains("random, mean"));
    assertTrue(html.contains("L1 &lt;norm&gt;") && !html.contains("<norm>"));
    Path saved = folder.resolve("check.json");
    check.save(saved);
    assertEquals(check, OracleCheck.load(saved));
    assertEquals(check.toText(), OracleCheck.load(saved).toText());
    assertTrue(check.toText().contains("random, mean"), check.toText());
  }

  @Test
  void theTrainingLossAfterRetrainingIsMeasuredWhereItIsAskedFor() throws IOException {
    Object model = trained(Kind.NETWORK);
    OracleCheck without = check(search(model, 4), "without").build().run();
    assertTrue(Double.isNaN(without.candidates().get(0).trainingLoss()));
    assertThrows(IllegalArgumentException.class, () -> without.of(OracleCheck.TRAINING_LOSS));
    OracleCheck with = check(search(model, 4), "with").trainingLoss().build().run();
    for (int i = 0; i < 4; i++) {
      // The test set is the training set here.
      assertEquals(with.candidates().get(i).losses(), with.candidates().get(i).trainingLosses());
      assertEquals(without.candidates().get(i).losses(), with.candidates().get(i).losses());
    }
    assertEquals(with.of(OracleCheck.TEST_LOSS).tau(), with.of(OracleCheck.TRAINING_LOSS).tau());
    with.writeHtml(folder.resolve("page.html"));
    assertTrue(Files.readString(folder.resolve("page.html")).contains("training loss after"));
    assertThrows(
        IllegalArgumentException.class,
        () -> check(search(model, 4), "without").trainingLoss().build().run());
  }

  @Test
  void numbersThatAreNotFiniteDoNotSpoilTheOthers() throws IOException {
    List<Retrained> all =
        List.of(
            one(Double.NaN, 0.1, 0.9), one(3, Double.NaN, 0.8), one(1, 0.4, 0.7), one(2, 0.6, 0.5));
    OracleCheck check = new OracleCheck(all, Map.of(), List.of());
    assertEquals(all.get(2), check.oracle().orElseThrow());
    assertEquals(0, check.rank(all.get(2)));
    assertEquals(2, check.rank(all.get(1)));
    assertEquals(3, check.rank(all.get(0)), "above all others");
    assertEquals(2, check.mean(Retrained::before));
    assertEquals((0.1 + 0.4 + 0.6) / 3, check.mean(Retrained::loss), 1e-12);
    assertFalse(check.toText().lines().reduce((a, b) -> b).orElseThrow().contains("NaN"));
    check.writeHtml(folder.resolve("nan.html"));
    assertFalse(Files.readString(folder.resolve("nan.html")).contains("cx=\"NaN"));
    check.save(folder.resolve("nan.json"));
    assertEquals(check, OracleCheck.load(folder.resolve("nan.json")));
  }

  private static Retrained one(double before, double loss, double score) {
    return new Retrained("", List.of(1), before, List.of(loss), List.of(score), List.of());
  }

  @Test
  void theEpochThatCountsIsChosen() {
    Object model = trained(Kind.NETWORK);
    double[] given = {1, 9, 2, 3, 4, 5};
    Retrained[] found = new Retrained[3];
    for (FinalMetric metric : FinalMetric.values()) {
      int[] call = {0};
      found[metric.ordinal()] =
          check(search(model, 3), metric.name())
              .iterations(30)
              .repeats(1)
              .finalMetric(metric, 5)
              .evaluate(m -> metric == FinalMetric.LAST ? 7 : given[call[0]++ % 6])
              .build()
              .run()
              .candidates()
              .get(0);
    }
    assertEquals(7, found[FinalMetric.LAST.ordinal()].score());
    assertEquals(9, found[FinalMetric.BEST.ordinal()].score());
    assertEquals(4.6, found[FinalMetric.MEAN_LAST_5.ordinal()].score(), 1e-12);
  }

  @Test
  void badSettingsAreNamed() {
    Object model = trained(Kind.NETWORK);
    refused(OracleSanityCheck.builder(), "search(...)");
    refused(
        check(OraclePruning.of(model).layers("layer0").sample(4, 1), "a"),
        "a search with data(batches)");
    refused(check(search(model, 4), "a").iterations(-1), "iterations -1");
    refused(check(search(model, 4), "a").repeats(0), "0 repeats");
    refused(check(search(model, 4), "a").test(List.of()), "test(batches)");
    refused(
        check(search(model, 4), "a").finalMetric(FinalMetric.BEST, 0), "epochs of at least 1 step");
  }

  private static void refused(OracleSanityCheckBuilder builder, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, builder::build);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}

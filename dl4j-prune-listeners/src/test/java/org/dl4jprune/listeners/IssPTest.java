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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.pattern.Unstructured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The numbers and the exact checks of the card iss-p. */
class IssPTest {
  private static final double[] WEIGHTS = {.50, -.40, .30, -.20, .10, .05};
  private static final double[] GRADIENT = {.02, .10, .30, .90, 0, 0};

  private static MultiLayerNetwork row(double... weights) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.2))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(weights.length)
                        .nOut(1)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.setParams(Nd4j.createFromArray(weights));
    return network;
  }

  private static SoftShrinkage session(IssPBuilder settings, MultiLayerNetwork network) {
    return new SoftShrinkage(settings, PrunableModel.of(network));
  }

  private static IssPBuilder half() {
    return IssP.builder().ratio(0.5).pruneSteps(63);
  }

  private static void assertWeights(
      MultiLayerNetwork network, double tolerance, double... weights) {
    assertArrayEquals(weights, network.params().toDoubleVector(), tolerance);
  }

  @Test
  void theWorkedExample() {
    MultiLayerNetwork network = row(WEIGHTS);
    SoftShrinkage session = session(half(), network);
    session.stepDone(0);
    assertWeights(network, 1e-12, .5, -.4, .3, -.19, .095, .0475);
    network.params().subi(Nd4j.createFromArray(GRADIENT).muli(0.2));
    assertWeights(network, 1e-12, .496, -.42, .24, -.37, .095, .0475);
    session.stepDone(1);
    assertWeights(network, 1e-12, .496, -.42, .228, -.37, .09025, .045125);
    for (int step = 2; step < 62; step++) {
      session.stepDone(step);
    }
    assertWeights(network, 1e-6, .496, -.42, .010504, -.37, .004158, .002079);
    session.stepDone(62);
    double[] end = network.params().toDoubleVector();
    assertArrayEquals(new double[] {.496, -.42, 0, -.37, 0, 0}, end, 1e-12);
    assertEquals(0, end[2]);
    session.close();
  }

  @Test
  void hardThresholdingNeverGetsTheWeightBack() {
    MultiLayerNetwork network = row(WEIGHTS);
    SoftShrinkage session = session(half().shrink(0), network);
    session.stepDone(0);
    network.params().subi(Nd4j.createFromArray(GRADIENT).muli(0.2));
    assertWeights(network, 1e-12, .496, -.42, .24, -.18, 0, 0);
    session.stepDone(1);
    assertWeights(network, 1e-12, .496, -.42, .24, 0, 0, 0);
    session.close();
  }

  @Test
  void twoOfFourAndTies() {
    MultiLayerNetwork network = row(.4, -.3, .2, .1, -.05, .6, .7, -.02);
    IssPBuilder pattern =
        IssP.builder().ratio(0.5).pattern(new NOfM(2, 4, Axis.INPUT)).pruneSteps(5);
    session(pattern, network).stepDone(0);
    assertWeights(network, 1e-12, .4, -.3, .19, .095, -.0475, .6, .7, -.019);
    MultiLayerNetwork tied = row(.3, -.3, .3, .3);
    session(half(), tied).stepDone(0);
    assertWeights(tied, 1e-12, .3, -.3, .285, .285);
  }

  @Test
  void everyOtherStepShrinksTwiceAsMuchAndSmallNumbersAreFlushed() {
    MultiLayerNetwork network = row(.5, .4, .3, 5e-31);
    SoftShrinkage session = session(half().every(2), network);
    session.stepDone(0);
    assertWeights(network, 0, .5, .4, .3, 5e-31);
    session.stepDone(1);
    assertWeights(network, 1e-12, .5, .4, .3 * .95 * .95, 0);
    assertEquals(0, network.params().getDouble(3));
    session.close();
  }

  @Test
  void theFactorWarmsUpAlongALine() {
    MultiLayerNetwork network = row(.5, .4, .3, .2);
    // Ten steps from 1 to 0.9: 0.99, 0.98, … and 0.9 from step 10 on.
    SoftShrinkage session = session(half().shrink(0.9).pruneSteps(20).warmUp(0.5), network);
    session.stepDone(0);
    assertWeights(network, 1e-12, .5, .4, .3 * .99, .2 * .99);
    session.stepDone(1);
    assertWeights(network, 1e-12, .5, .4, .3 * .99 * .98, .2 * .99 * .98);
    session.stepDone(9);
    session.stepDone(15);
    double factor = .99 * .98 * .9 * .9;
    assertWeights(network, 1e-12, .5, .4, .3 * factor, .2 * factor);
    session.close();
  }

  /** λ = 0.1 after two steps, 0.2 after four, 0.25 at most; gradients of no weight but these. */
  @Test
  void thePenaltyGrowsWhileAWeightIsUnimportantAndIsKeptWhenItIsNot() {
    MultiLayerNetwork network = row(.5, .4, .3, .2);
    network.setInput(Nd4j.ones(DataType.DOUBLE, 4, 4));
    network.setLabels(Nd4j.ones(DataType.DOUBLE, 4, 1));
    IssPBuilder growing = half().pruneSteps(20).growingPenalty(0.1, 2, 0.25);
    SoftShrinkage session = session(growing, network);
    assertAdded(session, 0, 0, 0, 0, 0);
    session.stepDone(0);
    assertAdded(session, 1, 0, 0, 0, 0);
    session.stepDone(1);
    assertWeights(network, 0, .5, .4, .3, .2);
    // The sum over four examples.
    assertAdded(session, 2, 0, 0, 4 * .1 * .3, 4 * .1 * .2);
    network.setParams(Nd4j.createFromArray(.5, .1, .3, .2));
    session.stepDone(2);
    // Weight 2 came back and keeps its λ; weight 1 takes its place with none.
    assertAdded(session, 3, 0, 0, 0, 4 * .1 * .2);
    session.stepDone(3);
    assertAdded(session, 4, 0, 4 * .1 * .1, 0, 4 * .2 * .2);
    network.setParams(Nd4j.createFromArray(.5, .4, .3, .2));
    session.stepDone(4);
    assertAdded(session, 5, 0, 0, 4 * .1 * .3, 4 * .2 * .2);
    session.stepDone(5);
    assertAdded(session, 6, 0, 0, 4 * .2 * .3, 4 * .25 * .2);
    session.close();
  }

  private static void assertAdded(SoftShrinkage session, long step, double... added) {
    INDArray gradient = Nd4j.zeros(DataType.DOUBLE, added.length);
    session.gradientAvailable(session.model().blocks().get(0), gradient, step);
    assertArrayEquals(added, gradient.toDoubleVector(), 1e-12);
  }

  /** In all three classes of models. */
  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void thePenaltyShrinksWithoutAGradientOfTheLoss(Training.Kind kind) {
    Object plain = kind.make(DataType.DOUBLE);
    Object model = kind.make(DataType.DOUBLE);
    Training.fit(plain, 1);
    IssP iss = IssP.builder().ratio(0.7).pruneSteps(100).growingPenalty(1e-4, 20, 0.5).build();
    Training.fit(model, 1, iss.listener());
    // λ is 0 in the first twenty steps: plain training, to the bit.
    assertEquals(Training.bits(plain), Training.bits(model));
    // A strong penalty makes what is cut small before it is cut.
    double mass = mass(kind, IssP.builder().ratio(0.7).pruneSteps(29).shrink(1).build());
    double small =
        mass(kind, IssP.builder().ratio(0.7).pruneSteps(29).growingPenalty(0.5, 1, 5).build());
    assertTrue(small < mass / 2, small + " of " + mass);
  }

  /** The sum of the smallest 70 % of all weights, shortly before the cut. */
  private static double mass(Training.Kind kind, IssP iss) {
    Object model = kind.make(DataType.DOUBLE);
    Training.fit(model, 5, iss.listener());
    PrunableModel view = PrunableModel.ofAny(model);
    double mass = 0;
    for (Parameter p : Selector.weights().select(view)) {
      double[] sorted =
          java.util.Arrays.stream(view.values(p).dup('c').reshape(p.length()).toDoubleVector())
              .map(Math::abs)
              .sorted()
              .toArray();
      for (int i = 0; i < Counts.zeros(0.7, p.length()); i++) {
        mass += sorted[i];
      }
    }
    return mass;
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void aFactorOfOneIsDenseTrainingToTheBitAndThenTheZerosAreExactAndStay(Training.Kind kind) {
    Object dense = kind.make();
    Object model = kind.make();
    IssP iss = IssP.builder().ratio(0.9).shrink(1).pruneSteps(11).build();
    assertThrows(IllegalStateException.class, iss::masks);
    Training.fit(dense, 2);
    Training.fit(model, 2, iss.listener());
    assertEquals(Training.bits(dense), Training.bits(model));
    assertThrows(IllegalStateException.class, iss::masks);
    Training.fit(model, 2, iss.listener());
    assertNotEquals(Training.bits(dense), Training.bits(model));
    long all = 0;
    for (Parameter p : iss.masks().layout().parameters()) {
      PrunableModel view = PrunableModel.ofAny(model);
      long zeros = view.values(p).eq(0).castTo(DataType.INT64).sumNumber().longValue();
      assertEquals(Counts.zeros(0.9, p.length()), zeros, p.name());
      all += zeros;
      assertEquals(0, view.values(p).mul(iss.masks().of(p).rsub(1)).amaxNumber().doubleValue());
    }
    assertEquals(all, iss.pruned().report().zeros());
    iss.listener().close();
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void aFactorOfZeroIsHardThresholdingAfterEachStep(Training.Kind kind) {
    Object model = kind.make();
    IssP iss = IssP.builder().ratio(0.8).shrink(0).pruneSteps(100).build();
    Training.fit(model, 2, iss.listener());
    Object other = kind.make();
    PrunableModel view = PrunableModel.ofAny(other);
    Layout layout = new Layout(Selector.weights().select(view));
    MaskMaker maker = new MaskMaker(layout, new Unstructured());
    Object cutting =
        Training.eachStep(
            other,
            step -> {
              INDArray scores = Nd4j.create(view.dataType(), layout.length());
              layout
                  .parameters()
                  .forEach(
                      p ->
                          layout
                              .matrix(scores, p)
                              .assign(p.asMatrix(Transforms.abs(view.values(p), true))));
              INDArray mask = maker.make(scores, new Uniform(Floor.none()), 0.8).mask();
              layout
                  .parameters()
                  .forEach(p -> view.values(p).muli(p.fromFlat(layout.flat(mask, p))));
            });
    Training.fit(other, 2, cutting);
    assertEquals(Training.bits(other), Training.bits(model));
  }

  /** Shrinking leaves the moments alone; the cut zeroes those of what it cuts, and they stay so. */
  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void onlyTheCutTouchesTheUpdaterState(Training.Kind kind) {
    Object dense = TrainedInParts.model(kind, "adam");
    Object model = TrainedInParts.model(kind, "adam");
    IssP iss = IssP.builder().ratio(0.7).shrink(0.5).pruneSteps(2).build();
    TrainedInParts.listen(model, iss.listener());
    // Both with the same dropout.
    Nd4j.getRandom().setSeed(4);
    TrainedInParts.steps(dense, 1);
    Nd4j.getRandom().setSeed(4);
    TrainedInParts.steps(model, 1);
    PrunableModel view = PrunableModel.ofAny(model);
    assertNotEquals(Training.bits(dense), Training.bits(model));
    assertEquals(moments(PrunableModel.ofAny(dense), null), moments(view, null));
    TrainedInParts.steps(model, 1);
    assertTrue(moments(view, iss.masks()).stream().allMatch(sum -> sum == 0));
    assertTrue(moments(view, null).stream().allMatch(sum -> sum > 0));
    TrainedInParts.steps(model, 3);
    assertTrue(moments(view, iss.masks()).stream().allMatch(sum -> sum == 0));
  }

  /** The sums of all moments of each pruned weight's parameter, of the masked values or of all. */
  private static List<Double> moments(PrunableModel view, Masks dead) {
    List<Double> sums = new java.util.ArrayList<>();
    for (var state : view.updaterStates()) {
      for (Parameter p : state.block().parameters()) {
        INDArray moment = p.role() == Role.WEIGHT ? state.viewOf(p) : null;
        if (moment != null) {
          INDArray counted = dead == null ? moment : moment.mul(dead.of(p).rsub(1));
          sums.add(counted.norm1Number().doubleValue());
        }
      }
    }
    assertFalse(sums.isEmpty());
    return sums;
  }

  @Test
  void withoutAGradientTheDecayIsAPower() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0), DataType.DOUBLE);
    PrunableModel view = PrunableModel.of(network);
    Parameter first = Selector.weights().select(view).get(0);
    double[] before = view.values(first).dup('c').reshape(first.length()).toDoubleVector();
    IssP iss = IssP.builder().ratio(0.7).pruneSteps(1_000).build();
    Training.fit(network, 20, iss.listener());
    double[] after = view.values(first).dup('c').reshape(first.length()).toDoubleVector();
    long shrunk = 0;
    for (int i = 0; i < before.length; i++) {
      if (after[i] != before[i]) {
        shrunk++;
        assertEquals(Math.pow(0.95, 100), after[i] / before[i], 1e-5 * Math.pow(0.95, 100));
      }
    }
    assertEquals(Counts.zeros(0.7, first.length()), shrunk);
  }

  @Test
  void aModelGoesOnFromItsWeightsAndCountsAlone() {
    MultiLayerNetwork whole = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    Training.fit(whole, 2, IssP.builder().pruneSteps(8).build().listener());
    MultiLayerNetwork first = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    Training.fit(first, 1, IssP.builder().pruneSteps(8).build().listener());
    MultiLayerNetwork second = (MultiLayerNetwork) PrunableModel.of(first).copy().unwrap();
    Training.fit(second, 1, IssP.builder().pruneSteps(8).build().listener());
    assertEquals(Training.bits(whole), Training.bits(second));
  }

  @Test
  void otherCriteriaAndDenseLayers() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    IssP iss =
        IssP.builder().criterion(new Taylor()).keepDense("OutputLayer").pruneSteps(5).build();
    Training.fit(network, 2, iss.listener());
    List<Parameter> pruned = iss.masks().layout().parameters();
    assertTrue(pruned.stream().noneMatch(p -> p.layerType().equals("OutputLayer")));
    assertEquals(2, pruned.size());
    assertFalse(iss.pruned().report().toText().isEmpty());
  }

  @Test
  void aTinyLayerKeepsOneWeightAndAWarningNamesIt() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Toys.base(new Sgd(0.1), DataType.DOUBLE)
                .list()
                .layer(new DenseLayer.Builder().nIn(12).nOut(4).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    List<String> warnings =
        Training.warnings(
            IssP.class,
            () -> session(IssP.builder().ratio(0.9).pruneSteps(1), network).stepDone(0));
    INDArray tiny = network.getParam("1_W");
    assertEquals(1, tiny.neq(0).castTo(DataType.INT64).sumNumber().intValue());
    assertTrue(warnings.stream().anyMatch(w -> w.contains("1_W")), warnings.toString());
    assertTrue(warnings.stream().noneMatch(w -> w.contains("0_W")), warnings.toString());
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> IssP.builder().build());
    for (IssPBuilder bad :
        List.of(
            half().ratio(1),
            half().ratio(-0.1),
            half().shrink(1.01),
            half().shrink(Double.NaN),
            half().pruneSteps(0),
            half().every(11),
            half().warmUp(-0.1),
            half().warmUp(1.1),
            half().growingPenalty(0, 20, 0.5),
            half().growingPenalty(1e-4, 0, 0.5),
            half().growingPenalty(1e-4, 20, Double.NaN),
            half().growingPenalty(1e-4, 20, 0.5).shrink(0.9),
            half().growingPenalty(1e-4, 20, 0.5).warmUp(0.1),
            half().ratio(0.7).pattern(new NOfM(2, 4, Axis.INPUT)))) {
      assertThrows(IllegalArgumentException.class, bad::build);
    }
    // Six inputs are no multiple of four.
    assertThrows(
        IllegalArgumentException.class,
        () -> session(half().pattern(new NOfM(2, 4, Axis.INPUT)), row(WEIGHTS)));
    MultiLayerNetwork trained = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    Training.fit(trained, 1);
    assertThrows(
        IllegalStateException.class,
        () -> IssP.builder().pruneSteps(5).build().listener().attach(trained));
    MultiLayerNetwork both = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    both.setListeners(Toys.gradual().build());
    assertThrows(
        IllegalStateException.class,
        () -> IssP.builder().pruneSteps(5).build().listener().attach(both));
    MultiLayerNetwork bad = row(Double.NaN, 1, 2, 3);
    assertThrows(IllegalStateException.class, () -> session(half(), bad));
    StepListener listener = IssP.builder().pruneSteps(5).build().listener();
    listener.attach(row(WEIGHTS));
    assertThrows(IllegalStateException.class, () -> listener.attach(row(WEIGHTS)));
  }
}

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

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.pattern.NOfM;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The numbers and the exact checks of the card bip. */
class BiPTest {
  private static final double PRINTED = 6e-7;

  private static DataSetIterator data(DataType type, int batches) {
    return new ExistingDataSetIterator(Toys.batches(type, batches));
  }

  /** ½‖Wx − y‖², as DL4J's L2 loss has no factor. */
  private static BiLevelState cardState(double momentum) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.L2)
                        .nIn(3)
                        .nOut(2)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.createFromArray(new double[][] {{.5, .2}, {-.4, -.6}, {.3, .1}}));
    PrunableModel model = PrunableModel.of(network);
    BiLevelState state =
        new BiLevelState(model, new Layout(Selector.weights().select(model)), momentum, false);
    select(model, state);
    return state;
  }

  private static void select(PrunableModel model, BiLevelState state) {
    MaskMaker maker =
        new MaskMaker(new Layout(Selector.weights().select(model)), new Unstructured());
    state.mask(maker.make(state.ranking(), new Global(Floor.none()), 0.5).mask());
  }

  // Half the loss has half the gradient: data that are √½ as large.
  private static MultiDataSet sample() {
    double half = Math.sqrt(0.5);
    return new DataSet(
            Nd4j.createFromArray(new double[][] {{half, 2 * half, -half}}),
            Nd4j.createFromArray(new double[][] {{half, 0}}))
        .toMultiDataSet();
  }

  private static void assertRows(double[][] rows, INDArray vector) {
    // The layout's order is that of the outputs, as the card's rows are.
    double[] flat =
        java.util.Arrays.stream(rows).flatMapToDouble(java.util.Arrays::stream).toArray();
    assertArrayEquals(flat, vector.toDoubleVector(), PRINTED);
  }

  @Test
  void bothStepsOfTheCard() {
    BiLevelState state = cardState(0);
    assertRows(new double[][] {{1, 1, 0}, {0, 1, 0}}, state.mask());
    assertRows(new double[][] {{-1.3, -2.6, 1.3}, {-1.2, -2.4, 1.2}}, gradient(state, 1.565));
    state.weightStep(sample(), 0.1, 0);
    assertRows(new double[][] {{.63, -.14, .3}, {.2, -.36, .1}}, state.weights());
    INDArray gradient = gradient(state, 0.47045);
    assertRows(new double[][] {{-.65, -1.3, .65}, {-.72, -1.44, .72}}, gradient);
    INDArray straight = BiLevelState.implicitGradient(state.weights(), state.mask(), gradient, 0);
    assertRows(new double[][] {{-.4095, .182, .195}, {-.144, .5184, .072}}, straight);
    INDArray both = BiLevelState.implicitGradient(state.weights(), state.mask(), gradient, 0.5);
    assertRows(new double[][] {{-.62075, -.663, .195}, {-.144, -.5184, .072}}, both);
    INDArray implicit = both.sub(straight);
    assertRows(new double[][] {{-.21125, -.845, 0}, {0, -1.0368, 0}}, implicit);
    // The authors' code multiplies the gradient of the scores by itself, also where it is pruned.
    INDArray released = straight.mul(straight).muli(-0.5);
    assertRows(
        new double[][] {{-.083845, -.016562, -.019013}, {-.010368, -.134369, -.002592}}, released);
    assertTrue(implicit.distance2(released) > 1);
    state.scoreStep(sample(), 1, 0.5);
    assertRows(new double[][] {{1.12075, -1.063, .105}, {.344, -1.1184, .028}}, state.scores());
    select(state.model(), state);
    assertRows(new double[][] {{1, 1, 0}, {0, 1, 0}}, state.mask());
    state.close();
  }

  /** The gradient at the weights that the mask keeps, of a loss that is as given. */
  private static INDArray gradient(BiLevelState state, double loss) {
    INDArray kept = state.weights().mul(state.mask()).reshape(2, 3);
    INDArray x = Nd4j.createFromArray(1., 2, -1).reshape(3, 1);
    INDArray distance = kept.mmul(x).subi(Nd4j.createFromArray(1., 0).reshape(2, 1));
    assertEquals(loss, distance.mul(distance).sumNumber().doubleValue() / 2, PRINTED);
    INDArray expected = distance.mmul(x.reshape(1, 3)).reshape(6);
    try (var gradients = state.model().gradients(sample())) {
      var weight = state.model().parameters().get(0);
      INDArray found = weight.asMatrix(gradients.of(weight)).dup('c').reshape(6);
      assertEquals(0, found.distance2(expected), 1e-9);
      return found;
    }
  }

  @Test
  void withoutTheImplicitTermItIsHydra() {
    BiLevelState state = cardState(0);
    state.weightStep(sample(), 0.1, 0);
    state.scoreStep(sample(), 1, 0);
    assertRows(new double[][] {{.9095, -.218, .105}, {.344, -.0816, .028}}, state.scores());
    select(state.model(), state);
    assertRows(new double[][] {{1, 1, 0}, {1, 0, 0}}, state.mask());
    state.close();
  }

  @Test
  void theImplicitGradientOfALinearLossIsExact() {
    INDArray c = Nd4j.createFromArray(1., -2, 0.5);
    INDArray mask = Nd4j.createFromArray(1., 0.5, 1);
    INDArray best = mask.mul(c).divi(-4);
    assertArrayEquals(
        new double[] {-0.5, -1, -0.125},
        BiLevelState.implicitGradient(best, mask, c, 0.25).toDoubleVector(),
        1e-12);
    assertArrayEquals(
        new double[] {-0.25, -0.5, -0.0625},
        BiLevelState.implicitGradient(best, mask, c, 0).toDoubleVector(),
        1e-12);
  }

  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void theCountIsExactAndTheModelItselfIsLeftAlone(Training.Kind kind) {
    Object model = kind.make();
    List<Long> before = Training.bits(model);
    Pruned pruned =
        BiP.builder().sparsity(0.9).epochs(2).build().prune(model, data(DataType.FLOAT, 5));
    long weights = pruned.report().weights();
    assertEquals(Math.round(0.9 * weights), pruned.report().zeros());
    assertEquals(before, Training.bits(model));
    long zeros = 0;
    for (var p : pruned.masks().layout().parameters()) {
      zeros += pruned.model().values(p).eq(0).castTo(DataType.INT64).sumNumber().longValue();
    }
    assertEquals(pruned.report().zeros(), zeros);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutSparsityItIsTheModelsOwnDescent(boolean convolutional) {
    MultiLayerNetwork network =
        convolutional ? Toys.convolutional() : Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    Pruned pruned =
        BiP.builder()
            .sparsity(0)
            .epochs(4)
            .momentum(0)
            .weightDecay(0)
            .weightRate(Schedule.constant(0.1))
            .build()
            .prune(network, data(DataType.DOUBLE, 5));
    MultiLayerNetwork plain =
        convolutional ? Toys.convolutional() : Toys.mlp(new Adam(1e-2), DataType.DOUBLE);
    plain.setParams(network.params());
    plain
        .getLayerWiseConfigurations()
        .getConfs()
        .forEach(
            layer ->
                ((org.deeplearning4j.nn.conf.layers.BaseLayer) layer.getLayer())
                    .setIUpdater(new Sgd(0.1)));
    MultiLayerNetwork descending = new MultiLayerNetwork(plain.getLayerWiseConfigurations());
    descending.init(network.params().dup(), false);
    Training.fit(descending, 4);
    INDArray trained = ((MultiLayerNetwork) pruned.model().unwrap()).params();
    assertEquals(0, trained.distance2(descending.params()), 1e-9);
    assertTrue(trained.distance2(network.params()) > 0.01);
  }

  @Test
  void afterEveryStepTheMaskHasAsManyOnes() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    PrunableModel model = PrunableModel.of(network);
    Layout layout = new Layout(Selector.weights().select(model));
    MaskMaker maker = new MaskMaker(layout, new Unstructured());
    long kept = layout.length() - Math.round(0.9 * layout.length());
    try (BiLevelState state = new BiLevelState(model, layout, 0.9, false)) {
      for (DataSet batch : Toys.batches(DataType.DOUBLE, 12)) {
        state.mask(maker.make(state.ranking(), new Global(Floor.count(1)), 0.9).mask());
        state.weightStep(batch.toMultiDataSet(), 0.1, 1e-4);
        state.scoreStep(batch.toMultiDataSet(), 1, 1e-4);
        assertEquals(kept, state.mask().sumNumber().longValue());
      }
    }
  }

  /** Whole rows by their L2 norm: a row with one large score before one with many middling ones. */
  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void filtersAndChannelsOfAllModels(Training.Kind kind) {
    Object model = kind.make();
    for (boolean filters : new boolean[] {true, false}) {
      BiPBuilder settings = BiP.builder().sparsity(0.5).epochs(2);
      Pruned pruned =
          (filters ? settings.filters() : settings.channels())
              .build()
              .prune(model, data(DataType.FLOAT, 5));
      List<Parameter> all = Selector.weights().select(pruned.model());
      List<Parameter> inner = pruned.masks().layout().parameters();
      Parameter spared = filters ? all.get(all.size() - 1) : all.get(0);
      assertFalse(inner.contains(spared));
      assertEquals(all.size() - 1, inner.size());
      for (Parameter p : inner) {
        INDArray mask = p.asMatrix(pruned.masks().of(p)).dup('c');
        long units = filters ? p.outputs() : p.inputs();
        INDArray lines = mask.reshape('c', p.outputs(), p.inputs()).sum(filters ? 1 : 0);
        long whole = filters ? p.inputs() : p.outputs();
        assertEquals(
            units - Math.round(0.5 * units),
            lines.eq(whole).castTo(DataType.INT32).sumNumber().longValue(),
            p.name());
        assertEquals(mask.sumNumber().doubleValue(), whole * (units - Math.round(0.5 * units)));
      }
    }
  }

  @Test
  void unitsAreRankedByTheirL2Norm() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    network.getParam("1_W").assign(0.3);
    network.getParam("1_W").getColumn(2).assign(0.01);
    network.getParam("1_W").putScalar(0, 2, 9);
    Pruned pruned =
        BiP.builder()
            .selector(Selector.weights().including("1_W"))
            .filters()
            .sparsity(0.8)
            .scoreRate(Schedule.constant(0))
            .build()
            .prune(network, data(DataType.DOUBLE, 3));
    INDArray mask = pruned.masks().of(pruned.masks().layout().parameters().get(0));
    assertEquals(network.getParam("1_W").size(0), mask.getColumn(2).sumNumber().intValue());
    pruned.masks().close();
  }

  /** What only zeros read goes with its bias and changes nothing. */
  @Test
  void unreadUnitsCanBeRemoved() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    Pruned pruned =
        BiP.builder().channels().sparsity(0.5).build().prune(network, data(DataType.DOUBLE, 3));
    MultiLayerNetwork masked = (MultiLayerNetwork) pruned.model().unwrap();
    ChannelGroups groups = ChannelGroups.of(masked);
    MultiLayerNetwork smaller =
        (MultiLayerNetwork) new Surgeon(groups).cut(RemovalPlan.ofUnread(groups)).unwrap();
    INDArray features = Toys.batches(DataType.DOUBLE, 1).get(0).getFeatures();
    assertEquals(0, masked.output(features).distance2(smaller.output(features)), 1e-12);
    assertEquals((masked.layerSize(0) + 1) / 2, smaller.layerSize(0));
    assertEquals((masked.layerSize(1) + 1) / 2, smaller.layerSize(1));
  }

  @Test
  void scoresMayHaveDataOfTheirOwn() {
    Object model = Training.Kind.NETWORK.make();
    BiP method = BiP.builder().sparsity(0.9).epochs(2).build();
    MultiDataSetIteratorAdapter train = new MultiDataSetIteratorAdapter(data(DataType.FLOAT, 4));
    List<DataSet> held = Toys.batches(DataType.FLOAT, 6).subList(4, 6);
    Pruned own =
        method.prune(
            model, train, new MultiDataSetIteratorAdapter(new ExistingDataSetIterator(held)));
    // The same batches, written down as two iterators of equal length.
    List<DataSet> twice = List.of(held.get(0), held.get(1), held.get(0), held.get(1));
    Pruned same =
        method.prune(
            model, train, new MultiDataSetIteratorAdapter(new ExistingDataSetIterator(twice)));
    assertEquals(Training.bits(own.model().unwrap()), Training.bits(same.model().unwrap()));
    Pruned following = method.prune(model, train);
    assertNotEquals(Training.bits(own.model().unwrap()), Training.bits(following.model().unwrap()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            method.prune(
                model,
                train,
                new MultiDataSetIteratorAdapter(new ExistingDataSetIterator(List.of()))));
  }

  @Test
  void aPatternOfItsOwnSparsity() {
    Object model = Training.Kind.NETWORK.make();
    Pruned pruned =
        BiP.builder()
            .sparsity(0.5)
            .pattern(new NOfM(1, 2, Axis.OUTPUT))
            .selector(Selector.weights().including("0_W"))
            .build()
            .prune(model, data(DataType.FLOAT, 5));
    assertEquals(0.5, pruned.report().zeros() / (double) pruned.report().weights());
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> BiP.builder().sparsity(0.9).pattern(new NOfM(1, 2, Axis.INPUT)).build());
    assertTrue(refused.getMessage().contains("prescribes"), refused.getMessage());
  }

  @Test
  void aLayerThatOnlyItsFloorKeepsIsNamed() {
    MultiLayerNetwork network = Toys.mlp(new Sgd(0.1), DataType.DOUBLE);
    network.getParam("1_W").muli(1e-6);
    List<String> warnings =
        Training.warnings(
            BiP.class,
            () ->
                BiP.builder()
                    .sparsity(0.6)
                    .scoreRate(Schedule.constant(0))
                    .build()
                    .prune(network, data(DataType.DOUBLE, 3)));
    assertTrue(warnings.stream().anyMatch(w -> w.contains("1 weight of 1_W")), "" + warnings);
  }

  @Test
  void withoutARateOfScoresTheMaskIsThatOfMagnitude() {
    Object model = Training.Kind.NETWORK.make();
    Pruned still =
        BiP.builder()
            .sparsity(0.8)
            .scoreRate(Schedule.constant(0))
            .build()
            .prune(model, data(DataType.FLOAT, 5));
    Pruned magnitude =
        Pruner.of(model).allocation(new Global(Floor.count(1))).sparsity(0.8).prune();
    assertEquals(
        0, still.masks().gather().sub(magnitude.masks().gather()).norm1Number().doubleValue());
    Pruned moved =
        BiP.builder().sparsity(0.8).epochs(3).build().prune(model, data(DataType.FLOAT, 5));
    assertFalse(
        moved.masks().gather().sub(magnitude.masks().gather()).norm1Number().doubleValue() == 0);
  }

  @Test
  void sameDataSameBits() {
    Object model = Training.Kind.GRAPH.make();
    BiP method = BiP.builder().sparsity(0.9).epochs(2).weightDecay(1e-4).build();
    assertEquals(
        Training.bits(method.prune(model, data(DataType.FLOAT, 5)).model().unwrap()),
        Training.bits(method.prune(model, data(DataType.FLOAT, 5)).model().unwrap()));
  }

  /** With dropout, so that random numbers matter, and an iterator that shuffles at each reset. */
  @ParameterizedTest
  @EnumSource(Training.Kind.class)
  void killedInAnyEpochItEndsAtTheSameBits(Training.Kind kind, @TempDir Path folder) {
    Object model = TrainedInParts.model(kind, "adam");
    BiPBuilder settings =
        BiP.builder().sparsity(0.9).epochs(3).weightDecay(1e-4).directory(folder.resolve("whole"));
    Nd4j.getRandom().setSeed(5);
    Pruned whole = settings.build().prune(model, new Shuffled(Integer.MAX_VALUE));
    // Counting takes five batches, and so does an epoch: in the first, second and third one.
    for (int killed : new int[] {8, 12, 19}) {
      BiP again = settings.directory(folder.resolve("killed" + killed)).build();
      Nd4j.getRandom().setSeed(5);
      assertThrows(CancellationException.class, () -> again.prune(model, new Shuffled(killed)));
      if (killed > 10) {
        Nd4j.getRandom().setSeed(999);
      } else {
        Nd4j.getRandom().setSeed(5);
      }
      Pruned resumed = again.prune(model, new Shuffled(Integer.MAX_VALUE));
      assertEquals(Training.bits(whole.model().unwrap()), Training.bits(resumed.model().unwrap()));
      assertEquals(whole.report().toJson(), resumed.report().toJson());
      assertEquals(
          List.of("epoch-003.bin", "progress.json"),
          java.util.Arrays.stream(folder.resolve("killed" + killed).toFile().list())
              .sorted()
              .toList());
    }
    // A finished run only reads, and other settings are another run.
    Pruned read = settings.build().prune(model, new Shuffled(Integer.MAX_VALUE));
    assertEquals(Training.bits(whole.model().unwrap()), Training.bits(read.model().unwrap()));
    assertThrows(
        IllegalArgumentException.class,
        () -> settings.momentum(0.5).build().prune(model, new Shuffled(Integer.MAX_VALUE)));
  }

  /** Another order after every reset, and an end after so many batches. */
  private static final class Shuffled extends ExistingDataSetIterator {
    private static final long serialVersionUID = 1L;

    private final transient java.util.Random random = new java.util.Random(3);
    private final int most;
    private int drawn;
    private transient java.util.Iterator<DataSet> order = java.util.Collections.emptyIterator();

    Shuffled(int most) {
      super(Toys.batches(DataType.FLOAT, 5));
      this.most = most;
    }

    @Override
    public void reset() {
      List<DataSet> shuffled = new java.util.ArrayList<>(Toys.batches(DataType.FLOAT, 5));
      java.util.Collections.shuffle(shuffled, random);
      order = shuffled.iterator();
    }

    @Override
    public boolean hasNext() {
      return order.hasNext();
    }

    @Override
    public DataSet next() {
      if (drawn++ == most) {
        throw new CancellationException();
      }
      return order.next();
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> BiP.builder().build());
    assertThrows(
        IllegalArgumentException.class, () -> BiP.builder().sparsity(0.5).epochs(0).build());
    assertThrows(
        IllegalArgumentException.class, () -> BiP.builder().sparsity(0.5).implicit(-1).build());
    assertThrows(
        IllegalArgumentException.class, () -> BiP.builder().sparsity(0.5).momentum(1).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> BiP.builder().sparsity(0.5).weightRate(Schedule.constant(0)).build());
    DataSet bad = Toys.batches(DataType.FLOAT, 1).get(0);
    bad.getFeatures().putScalar(0, Double.NaN);
    Object model = Training.Kind.NETWORK.make();
    List<Long> before = Training.bits(model);
    List<DataSet> batches = new java.util.ArrayList<>(Toys.batches(DataType.FLOAT, 3));
    batches.add(bad);
    IllegalStateException stopped =
        assertThrows(
            IllegalStateException.class,
            () ->
                BiP.builder()
                    .sparsity(0.5)
                    .epochs(2)
                    .build()
                    .prune(model, new ExistingDataSetIterator(batches)));
    // The fourth batch is that of the third step's scores.
    assertTrue(stopped.getMessage().contains("step 3 of 8"), stopped.getMessage());
    assertTrue(stopped.getMessage().contains("_W contain NaN"), stopped.getMessage());
    assertEquals(before, Training.bits(model));
  }
}

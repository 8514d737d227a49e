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
package org.dl4jprune.structure.depth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class DepthRemovalTest {
  private static final MultiDataSet IMAGES = DepthNetworks.images();

  private static Object model(boolean sameDiff) {
    return sameDiff ? DepthNetworks.sameDiff() : DepthNetworks.resnet();
  }

  private static INDArray output(PrunableModel model) {
    return model.logits(IMAGES)[0].dup();
  }

  private static void train(Object model, int steps) {
    for (int i = 0; i < steps; i++) {
      if (model instanceof SameDiff graph) {
        graph.fit(DepthNetworks.single(IMAGES));
      } else {
        ((ComputationGraph) model).fit(IMAGES);
      }
    }
  }

  private static double distance(INDArray first, INDArray second) {
    return first.sub(second).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksWithAnIdentityShortcutAreFound(boolean sameDiff) {
    RemovableBlocks blocks = ResidualBlocks.of(model(sameDiff), IMAGES);
    List<String> names = blocks.blocks().stream().map(RemovableBlock::name).toList();
    assertEquals(List.of("s1b1_add", "s1b2_add", "s2b2_add", "s3b2_add"), names, blocks::explain);
    assertEquals(List.of("s2b1_add", "s3b1_add"), List.copyOf(blocks.kept().keySet()));
    assertTrue(blocks.explain().contains("the shortcut has a layer of its own"), blocks::explain);
    assertEquals(sameDiff ? 4 : 10, blocks.blocks().get(2).parameters().size());
    assertEquals("s2b1", blocks.blocks().get(2).shortcut());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void removalEqualsMaskingAndTrainingGoesOn(boolean sameDiff) {
    Object model = model(sameDiff);
    train(model, 3);
    RemovableBlocks blocks = ResidualBlocks.of(model, IMAGES);
    INDArray before = output(blocks.model());
    BlockSurgeon surgeon = new BlockSurgeon(blocks);
    List<List<RemovableBlock>> choices = new ArrayList<>();
    blocks.blocks().forEach(block -> choices.add(List.of(block)));
    choices.add(List.of(blocks.blocks().get(1), blocks.blocks().get(0)));
    choices.add(blocks.blocks());
    for (List<RemovableBlock> gone : choices) {
      PrunableModel cut = surgeon.remove(gone);
      assertEquals(0, distance(output(surgeon.mask(gone)), output(cut)), 1e-10);
      assertEquals(
          blocks.model().parameters().size()
              - gone.stream().mapToInt(block -> block.parameters().size()).sum(),
          cut.parameters().size());
      assertEquals(3, cut.iteration());
      assertEquals(blocks.model().epoch(), cut.epoch());
      assertEquals(0, distance(before, output(blocks.model())));
      assertStateIsKept(blocks.model(), cut);
      train(cut.unwrap(), 2);
      assertEquals(5, cut.iteration());
      assertFalse(output(cut).isNaN().any());
    }
    assertEquals(3, blocks.model().iteration());
  }

  private static void assertStateIsKept(PrunableModel from, PrunableModel to) {
    Map<String, INDArray> states = states(from);
    Map<String, INDArray> left = states(to);
    assertFalse(left.isEmpty());
    left.forEach((key, state) -> assertEquals(0, distance(states.get(key), state), key));
    assertTrue(left.values().stream().anyMatch(s -> s.amaxNumber().doubleValue() > 0));
  }

  private static Map<String, INDArray> states(PrunableModel model) {
    Map<String, INDArray> states = new HashMap<>();
    for (Parameter parameter : model.parameters()) {
      states.put(parameter.name(), model.values(parameter));
      for (UpdaterState state : model.updaterStates()) {
        if (state.block().parameters().contains(parameter) && state.viewOf(parameter) != null) {
          states.put(state.key() + " " + parameter.name(), state.viewOf(parameter));
        }
      }
    }
    return states;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksThatAddNothingCanGoWithoutAnyChange(boolean sameDiff) {
    Object model = model(sameDiff);
    PrunableModel view = PrunableModel.ofAny(model);
    for (Parameter parameter : view.parameters()) {
      if (parameter.name().matches(sameDiff ? "s.b2_2_[Wb]" : "s.b2_2_bn_(gamma|beta)")) {
        view.values(parameter).assign(0);
      }
    }
    RemovableBlocks blocks = ResidualBlocks.of(model, IMAGES);
    List<RemovableBlock> silent =
        blocks.blocks().stream().filter(b -> b.name().contains("b2")).toList();
    assertEquals(3, silent.size());
    PrunableModel cut = new BlockSurgeon(blocks).remove(silent);
    assertEquals(0, distance(output(view), output(cut)), 1e-12);
  }

  @Test
  void smallerModelsAreSavedAndRead(@TempDir Path folder) throws IOException {
    File file = folder.resolve("model.zip").toFile();
    ComputationGraph graph = DepthNetworks.resnet();
    train(graph, 2);
    RemovableBlocks blocks = ResidualBlocks.of(graph);
    PrunableModel cut = new BlockSurgeon(blocks).remove(blocks.blocks().subList(1, 3));
    ModelSerializer.writeModel((ComputationGraph) cut.unwrap(), file, true);
    ComputationGraph read = ModelSerializer.restoreComputationGraph(file, true);
    assertEquals(0, distance(output(cut), output(PrunableModel.of(read))));
    train(cut.unwrap(), 1);
    train(read, 1);
    assertEquals(0, distance(output(cut), output(PrunableModel.of(read))));

    SameDiff sameDiff = DepthNetworks.sameDiff();
    train(sameDiff, 2);
    RemovableBlocks ops = ResidualBlocks.of(sameDiff);
    PrunableModel fewer = new BlockSurgeon(ops).remove(ops.blocks().subList(1, 3));
    File flat = folder.resolve("model.fb").toFile();
    ((SameDiff) fewer.unwrap()).save(flat, true);
    SameDiff loaded = SameDiff.load(flat, true);
    assertEquals(0, distance(output(fewer), output(PrunableModel.of(loaded))));
    assertFalse(loaded.hasVariable("s1b2_1_W"));
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .updater(new Adam(1e-2))
        .activation(Activation.TANH);
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Test
  void layersOfEqualShapeGoOnRequest() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .convolutionMode(org.deeplearning4j.nn.conf.ConvolutionMode.Same)
                        .nOut(4)
                        .build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(new DenseLayer.Builder().nOut(7).build())
                .layer(output(0))
                .setInputType(InputType.convolutional(8, 8, 1))
                .build());
    network.init();
    network.fit(DepthNetworks.single(IMAGES));
    RemovableBlocks blocks = EqualShapeLayers.of(network, IMAGES);
    assertEquals(List.of("1", "4"), blocks.blocks().stream().map(RemovableBlock::name).toList());
    assertEquals("a preprocessor changes its input", blocks.kept().get("3"));
    assertEquals("it is an output of the model", blocks.kept().get("5"));
    assertTrue(blocks.kept().get("0").contains("changes the shape"), blocks::explain);
    MultiLayerNetwork cut =
        (MultiLayerNetwork) new BlockSurgeon(blocks).remove(blocks.blocks()).unwrap();
    assertEquals(4, cut.getnLayers());
    assertEquals(0, distance(network.getParam("5_W"), cut.getParam("3_W")));
    assertEquals(0, distance(network.getParam("3_b"), cut.getParam("2_b")));
    List<INDArray> whole = network.feedForward(IMAGES.getFeatures(0), false);
    INDArray first = cut.feedForward(IMAGES.getFeatures(0), false).get(1);
    assertEquals(0, distance(whole.get(1), first));
    cut.fit(DepthNetworks.single(IMAGES));
    assertEquals(2, cut.getIterationCount());
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new BlockSurgeon(blocks).mask(blocks.blocks()))
            .getMessage()
            .contains("cannot be masked"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> ResidualBlocks.of(network))
            .getMessage()
            .contains("has no shortcut"));
    assertThrows(
        IllegalArgumentException.class,
        () -> EqualShapeLayers.of(DepthNetworks.sameDiff(), IMAGES));
  }

  @Test
  void everySumThatStaysSaysWhy() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", dense(2, 1), "in")
                .addVertex("broadcast", add(), "one", "wide")
                .addLayer("wide", dense(1, 4), "one")
                .addLayer("gate", dense(4, 4), "broadcast")
                .addVertex("elsewhere", add(), "gate", "broadcast")
                .addVertex("twice", add(), "gate", "elsewhere")
                .addLayer("sharp", sigmoid(), "twice")
                .addVertex("sum", add(), "sharp", "twice")
                .addLayer("out", output(4), "sum")
                .setOutputs("out")
                .build());
    graph.init();
    MultiDataSet example =
        new MultiDataSet(Nd4j.ones(DataType.DOUBLE, 2, 2), Nd4j.ones(DataType.DOUBLE, 2, 3));
    RemovableBlocks blocks = ResidualBlocks.of(graph, example);
    assertEquals(List.of("sum"), blocks.blocks().stream().map(RemovableBlock::name).toList());
    assertTrue(blocks.kept().get("broadcast").contains("changes the shape from [2, 1] to [2, 4]"));
    assertTrue(blocks.kept().get("elsewhere").contains("also read elsewhere"), blocks::explain);
    assertTrue(blocks.kept().get("twice").contains("parameters of its own"), blocks::explain);
    BlockSurgeon surgeon = new BlockSurgeon(blocks);
    // A sigmoid of zero is one half.
    assertThrows(IllegalArgumentException.class, () -> surgeon.mask(blocks.blocks()));
    ComputationGraph cut = (ComputationGraph) surgeon.remove(blocks.blocks()).unwrap();
    cut.fit(new DataSet(example.getFeatures(0), example.getLabels(0)));
    RemovableBlock foreign = ResidualBlocks.of(DepthNetworks.chain()).blocks().get(0);
    assertThrows(IllegalArgumentException.class, () -> surgeon.remove(List.of(foreign)));
  }

  private static ElementWiseVertex add() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Add);
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).build();
  }

  private static DenseLayer sigmoid() {
    return new DenseLayer.Builder().nIn(4).nOut(4).activation(Activation.SIGMOID).build();
  }
}

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
package org.dl4jprune.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.transform.StructuredPruning;
import org.dl4jprune.transform.Thinned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class ModelFileTest {
  private static final DataSet DATA = new DataSet(Nd4j.rand(6, 4).muli(7), Nd4j.rand(6, 2));

  @TempDir private Path folder;

  private File file(String name) {
    return folder.resolve(name).toFile();
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-2))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(10).build())
                .layer(new OutputLayer.Builder().nIn(10).nOut(2).build())
                .build());
    network.init();
    return network;
  }

  @Test
  void aSavedModelIsPrunedAndSavedWithAllThatLiesBesideIt() throws IOException {
    MultiLayerNetwork network = network();
    network.fit(DATA);
    NormalizerStandardize normaliser = new NormalizerStandardize();
    normaliser.fit(DATA);
    ModelSerializer.writeModel(network, file("model.zip"), true);
    ModelSerializer.addNormalizerToModel(file("model.zip"), normaliser);
    ModelSerializer.addObjectToFile(file("model.zip"), "labels", new String[] {"cat", "dog"});
    byte[] before = Files.readAllBytes(file("model.zip").toPath());

    ModelFile trained = ModelFile.read(file("model.zip"));
    Thinned smaller = StructuredPruning.of(trained).sparsity(0.5).prune();
    smaller.save(file("smaller.zip"));

    MultiLayerNetwork loaded = ModelSerializer.restoreMultiLayerNetwork(file("smaller.zip"));
    assertEquals(5, loaded.layerSize(0));
    assertEquals(1, loaded.getIterationCount());
    MultiLayerNetwork kept = (MultiLayerNetwork) smaller.model().unwrap();
    assertEquals(kept.getUpdater().getStateViewArray(), loaded.getUpdater().getStateViewArray());
    assertEquals(kept.output(DATA.getFeatures()), loaded.output(DATA.getFeatures()));
    NormalizerStandardize restored = ModelSerializer.restoreNormalizerFromFile(file("smaller.zip"));
    assertEquals(normaliser.getMean(), restored.getMean());
    String[] labels = ModelSerializer.getObjectFromFile(file("smaller.zip"), "labels");
    assertArrayEquals(new String[] {"cat", "dog"}, labels);
    assertArrayEquals(before, Files.readAllBytes(file("model.zip").toPath()));
    assertEquals(2, folder.toFile().list().length, "nothing else is left in the folder");
  }

  @Test
  void graphsAndFilesWithoutUpdaterAreReadAsTheyAre() throws IOException {
    ComputationGraph graph = network().toComputationGraph();
    ModelSerializer.writeModel(graph, file("graph.zip"), false);
    ModelFile read = ModelFile.read(file("graph.zip"));
    ComputationGraph loaded = (ComputationGraph) read.model().unwrap();
    assertEquals(graph.params(), loaded.params());
    read.write(file("again.zip"));
    assertFalse(
        Arrays.asList(entries(file("again.zip"))).contains(ModelSerializer.UPDATER_BIN),
        "no state was made up");
    assertEquals(
        graph.params(), ModelSerializer.restoreComputationGraph(file("again.zip")).params());
  }

  private static String[] entries(File zip) throws IOException {
    try (java.util.zip.ZipFile file = new java.util.zip.ZipFile(zip)) {
      return file.stream().map(java.util.zip.ZipEntry::getName).toArray(String[]::new);
    }
  }

  @Test
  void sameDiffFilesAreReadAndWritten() throws IOException {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.FLOAT, -1, 4);
    SDVariable w = graph.var("w", Nd4j.rand(4, 3));
    in.mmul("out", w);
    graph.save(file("graph.fb"), false);
    ModelFile read = ModelFile.read(file("graph.fb"));
    read.write(file("again.fb"));
    assertEquals(
        Nd4j.createFromArray(w.getArr().toFloatMatrix()),
        SameDiff.load(file("again.fb"), false).getVariable("w").getArr());
  }

  @Test
  void damagedFilesAreRefusedAndNothingIsWritten() throws IOException {
    ModelSerializer.writeModel(network(), file("model.zip"), true);
    byte[] whole = Files.readAllBytes(file("model.zip").toPath());
    for (byte[] broken :
        List.of(
            new byte[0],
            "no model".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            Arrays.copyOf(whole, whole.length / 2),
            new byte[] {'P', 'K', 3, 4, 0})) {
      Files.write(file("broken.zip").toPath(), broken);
      String message =
          assertThrows(IllegalArgumentException.class, () -> ModelFile.read(file("broken.zip")))
              .getMessage();
      assertTrue(message.contains("broken.zip holds no model"), message);
    }
    assertThrows(FileNotFoundException.class, () -> ModelFile.read(file("none.zip")));
    ModelFile model = ModelFile.of(PrunableModel.of(network()));
    assertThrows(IOException.class, () -> model.write(file("no/such/folder.zip")));
    assertEquals(2, folder.toFile().list().length);
  }
}

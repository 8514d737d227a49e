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
package org.dl4jprune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** One worker has the bits of a training without Spark, and what comes out is a model as any. */
class PlainTrainingTest {
  /** Two batches of eight time steps, each of which is two iterations. */
  private static List<DataSet> sequences() {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, Cluster.BATCH, 3, 8);
      labels
          .get(
              org.nd4j.linalg.indexing.NDArrayIndex.all(),
              org.nd4j.linalg.indexing.NDArrayIndex.point(i))
          .assign(1);
      batches.add(new DataSet(Nd4j.rand(DataType.FLOAT, Cluster.BATCH, 4, 8), labels));
    }
    return batches;
  }

  private static MultiLayerNetwork truncated() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Cluster.base(new RmsProp(1e-2))
                .list()
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(4))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    network.init();
    return network;
  }

  @ParameterizedTest
  @EnumSource
  void ofANetwork(SparkPruningTest.Method method) {
    check(method, Cluster.mlp(new Adam(1e-2)), Cluster.mlp(new Adam(1e-2)), Cluster.batches(4));
  }

  @Test
  void ofAGraph() {
    check(
        SparkPruningTest.Method.GRANET,
        Cluster.mlp(new Nesterovs(0.05, 0.9)).toComputationGraph(),
        Cluster.mlp(new Nesterovs(0.05, 0.9)).toComputationGraph(),
        Cluster.batches(4));
  }

  @Test
  void ofTruncatedTime() {
    check(SparkPruningTest.Method.GRANET, truncated(), truncated(), sequences());
  }

  /** Four epochs of four iterations, by a listener and on one worker. */
  private static void check(
      SparkPruningTest.Method method, Model plain, Model sparked, List<DataSet> batches) {
    // A graph made of a network takes the clock for a seed.
    sparked.setParams(plain.params().dup());
    PruningListener listener = method.listener().attach(plain);
    plain.setListeners(listener);
    PruningListener other = method.listener();
    TrainingMaster<?, ?> master =
        SparkPruning.of(other, Cluster.averaging(1, batches.size())).trainingMaster();
    JavaRDD<DataSet> data = Cluster.context().parallelize(batches, 1);
    if (plain instanceof MultiLayerNetwork network) {
      network.fit(new ExistingDataSetIterator(batches), 4);
      SparkDl4jMultiLayer spark =
          new SparkDl4jMultiLayer(Cluster.context(), (MultiLayerNetwork) sparked, master);
      for (int epoch = 0; epoch < 4; epoch++) {
        spark.fit(data);
      }
    } else {
      ((ComputationGraph) plain).fit(new ExistingDataSetIterator(batches), 4);
      SparkComputationGraph spark =
          new SparkComputationGraph(Cluster.context(), (ComputationGraph) sparked, master);
      for (int epoch = 0; epoch < 4; epoch++) {
        spark.fit(data);
      }
    }
    assertEquals(16, PrunableModel.ofAny(plain).iteration());
    ModelMessageTest.same(plain, sparked);
    assertEquals(PackedMasks.of(listener.masks()), PackedMasks.of(other.masks()));
    assertEquals(listener.report().toJson(), other.report().toJson());
  }

  @Test
  void aProgramWithoutThisLibraryLoadsTheModel(@TempDir Path folder) throws Exception {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = SparkPruningTest.Method.GRADUAL.listener();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 4));
    new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster())
        .fit(SparkPruningTest.data(24, 2));
    Path file = folder.resolve("model.zip");
    ModelSerializer.writeModel(network, file.toFile(), true);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] json = zip.getInputStream(zip.getEntry("configuration.json")).readAllBytes();
      assertFalse(new String(json, StandardCharsets.UTF_8).contains("dl4jprune"));
    }
    Path program = folder.resolve("Load.java");
    Files.writeString(
        program,
        """
        public class Load {
          public static void main(String[] arguments) throws Exception {
            try {
              Class.forName("org.dl4jprune.listeners.PruningListener");
              throw new IllegalStateException("the library is on the class path");
            } catch (ClassNotFoundException expected) {
              var network = org.deeplearning4j.nn.multilayer.MultiLayerNetwork.load(
                  new java.io.File(arguments[0]), true);
              System.out.println("zeros " + network.params().eq(0)
                  .castTo(org.nd4j.linalg.api.buffer.DataType.INT64).sumNumber().longValue());
            }
          }
        }
        """);
    String others =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("dl4j-prune"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                others,
                program.toString(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    long zeros = network.params().eq(0).castTo(DataType.INT64).sumNumber().longValue();
    assertTrue(zeros >= Cluster.zeros(listener.masks()));
    assertTrue(Arrays.asList(output.split("\\R")).contains("zeros " + zeros), output);
  }

  @Test
  void aListenersOwnFileGoesOnFromACluster(@TempDir Path folder) throws Exception {
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = SparkPruningTest.Method.GRADUAL.listener();
    SparkPruning pruning = SparkPruning.of(listener, Cluster.averaging(2, 4));
    new SparkDl4jMultiLayer(Cluster.context(), network, pruning.trainingMaster())
        .fit(SparkPruningTest.data(8, 2));
    Path own = folder.resolve("own.zip");
    listener.save(own.toFile());
    PruningListener restored = PruningListener.load(own.toFile()).listener();
    assertEquals(PackedMasks.of(listener.masks()), PackedMasks.of(restored.masks()));
    assertEquals(listener.report().toJson(), restored.report().toJson());
  }

  @Test
  void dl4jsOwnMasterKeepsTheZerosOfAConfigurationThatCarriesMasks() {
    Pruned pruned =
        Pruner.of(Cluster.mlp(new Adam(1e-2))).criterion(new Magnitude()).sparsity(0.8).prune();
    MultiLayerNetwork model = (MultiLayerNetwork) pruned.model().unwrap();
    MultiLayerNetwork carrier =
        new MultiLayerNetwork(
            MultiLayerConfiguration.fromJson(MaskedConfiguration.json(model, pruned.masks())));
    carrier.init(model.params().dup(), false);
    INDArray before = carrier.params().dup();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Cluster.context(), carrier, Cluster.averaging(2, 2).build());
    spark.fit(SparkPruningTest.data(8, 2));
    assertEquals(0, Cluster.alive(carrier, pruned.masks()));
    assertTrue(Cluster.difference(before, carrier.params()) > 0);
    // The constraint acts on values only: this is why workers mask gradients too.
    assertTrue(Cluster.moved(carrier, pruned.masks()) > 0);
  }
}

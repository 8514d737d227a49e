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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Masks inside a configuration: carried by JSON, kept by DL4J, and taken out again. */
class MaskConstraintTest {
  /** Also biases, so that all kinds of parameters are among the dead. */
  private static Pruned prune(Model model) {
    return Pruner.of(model)
        .selector(Selector.weights().including("*"))
        .criterion(new Magnitude())
        .sparsity(0.6)
        .prune();
  }

  private static Model ofJson(Model model, String json) {
    if (model instanceof MultiLayerNetwork) {
      MultiLayerNetwork copy = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
      copy.init(model.params().dup(), false);
      return copy;
    }
    ComputationGraph copy = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
    copy.init(model.params().dup(), false);
    return copy;
  }

  private static void fit(Model model, DataSet batch, int steps) {
    for (int i = 0; i < steps; i++) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(batch);
      } else {
        ((ComputationGraph) model).fit(batch);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.dl4jprune.spark.MaskCase#models")
  void dl4jKeepsTheZerosOfAConfigurationThatCarriesMasks(MaskCase given) {
    Pruned pruned = prune(given.model());
    Model model = (Model) pruned.model().unwrap();
    Masks masks = pruned.masks();
    String json = MaskedConfiguration.json(model, masks);
    Model trained = ofJson(model, json);
    INDArray before = trained.params().dup();
    for (int step = 0; step < 4; step++) {
      fit(trained, given.batch(), 1);
      assertEquals(0, Cluster.alive(trained, masks), "after step " + step);
    }
    assertNotEquals(0.0, Cluster.difference(before, trained.params()));

    // The same without constraints does move dead weights, so the constraint is what held them.
    Model free = ofJson(model, plain(model));
    fit(free, given.batch(), 4);
    assertNotEquals(0, Cluster.alive(free, masks));
  }

  private static String plain(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  @ParameterizedTest
  @MethodSource("org.dl4jprune.spark.MaskCase#models")
  void masksAreReadBackAndTakenOut(MaskCase given) {
    Pruned pruned = prune(given.model());
    Model model = (Model) pruned.model().unwrap();
    String before = plain(model);
    String json = MaskedConfiguration.json(model, pruned.masks());
    assertEquals(before, plain(model), "the model's own configuration has changed");
    assertTrue(json.contains("MaskConstraint"));

    Model carrier = ofJson(model, json);
    Masks read = MaskedConfiguration.read(PrunableModel.ofAny(carrier));
    var all = PackedMasks.of(read).words();
    PackedMasks.of(pruned.masks())
        .words()
        .forEach(
            (name, words) -> {
              if (pruned.model().parameters().stream()
                  .anyMatch(p -> p.name().equals(name) && p.trainable())) {
                assertEquals(List.of(box(words)), List.of(box(all.get(name))), name);
              }
            });

    String stripped;
    if (carrier instanceof MultiLayerNetwork) {
      MultiLayerConfiguration conf = MultiLayerConfiguration.fromJson(json);
      MaskedConfiguration.removeFrom(conf);
      stripped = conf.toJson();
    } else {
      ComputationGraphConfiguration conf = ComputationGraphConfiguration.fromJson(json);
      MaskedConfiguration.removeFrom(conf);
      stripped = conf.toJson();
    }
    assertEquals(before, stripped);
  }

  private static String box(long[] words) {
    return java.util.Arrays.toString(words);
  }

  @Test
  void theUsersConstraintsStay() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Cluster.base(new Adam(1e-2))
                .constrainWeights(new MinMaxNormConstraint(0.1, 0.5, 1))
                .list()
                .layer(new DenseLayer.Builder().nOut(20).build())
                .layer(Cluster.output())
                .setInputType(InputType.feedForward(12))
                .build());
    network.init();
    Pruned pruned = prune(network);
    MultiLayerConfiguration carrying =
        MultiLayerConfiguration.fromJson(
            MaskedConfiguration.json((Model) pruned.model().unwrap(), pruned.masks()));
    List<LayerConstraint> constraints = carrying.getConf(0).getLayer().getConstraints();
    assertEquals(2, constraints.size());
    assertTrue(constraints.get(0) instanceof MinMaxNormConstraint);
    assertTrue(constraints.get(1) instanceof MaskConstraint);
    Model trained = ofJson((Model) pruned.model().unwrap(), carrying.toJson());
    fit(trained, Cluster.batches(1).get(0), 3);
    assertEquals(0, Cluster.alive(trained, pruned.masks()));
    INDArray norms = ((MultiLayerNetwork) trained).getParam("0_W").norm2(0);
    assertTrue(norms.maxNumber().doubleValue() < 0.55, norms::toString);

    MaskedConfiguration.removeFrom(carrying);
    assertEquals(
        network.getLayerWiseConfigurations().getConf(0).getLayer().getConstraints(),
        carrying.getConf(0).getLayer().getConstraints());
  }

  @Test
  void aVertexThatTakesNoConstraintsIsRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            Cluster.base(new Adam(1e-2))
                .graphBuilder()
                .addInputs("in")
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInKeys(4)
                        .nInQueries(4)
                        .nInValues(4)
                        .nHeads(2)
                        .headSize(2)
                        .nOut(4)
                        .projectInput(true)
                        .build(),
                    "in",
                    "in",
                    "in")
                .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "attention")
                .addLayer("out", Cluster.output(), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(4, 5))
                .build());
    graph.init();
    Pruned pruned = Pruner.of(graph).criterion(new Magnitude()).sparsity(0.5).prune();
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> MaskedConfiguration.json((Model) pruned.model().unwrap(), pruned.masks()));
    assertTrue(
        error.getMessage().contains("belongs to vertex attention (AttentionVertex)"),
        error.getMessage());
    // A training is refused before it changes anything.
    INDArray before = graph.params().dup();
    IllegalArgumentException training =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                SparkPruning.of(OneShot.builder().sparsity(0.5).build(), Cluster.averaging(1, 1))
                    .attach(graph));
    assertTrue(training.getMessage().contains("excluding"), training.getMessage());
    assertEquals(0.0, Cluster.difference(before, graph.params()));
    SparkPruning.of(
            OneShot.builder()
                .sparsity(0.5)
                .selector(Selector.weights().excluding("attention_*"))
                .build(),
            Cluster.averaging(1, 1))
        .attach(graph);
    assertNotEquals(0.0, Cluster.difference(before, graph.params()));
  }

  @Test
  void aMaskOfAnotherLayerIsOneClearError() {
    MaskConstraint constraint = MaskConstraint.of(Nd4j.ones(DataType.FLOAT, 5));
    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () -> constraint.applyConstraint(network.getLayer(0), 0, 0));
    assertTrue(error.getMessage().contains("A mask of 5 weights"), error.getMessage());
    IllegalStateException damaged =
        assertThrows(
            IllegalStateException.class,
            () ->
                new MaskConstraint(new byte[] {0, 9, 1})
                    .applyConstraint(network.getLayer(0), 0, 0));
    assertTrue(damaged.getMessage().contains("cannot be read"), damaged.getMessage());
    assertEquals(constraint, constraint.clone());
    assertFalse(constraint.equals(new MaskConstraint(new byte[] {1})));
  }
}

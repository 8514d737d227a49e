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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.criterion.Magnitude;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What every architecture has to stand: soft and hard removal, training, files. */
final class Cutting {
  private Cutting() {}

  /** Biases, scales, shifts and statistics that are not what they were initialised with. */
  static void perturb(Model model, long seed) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    model
        .paramTable()
        .forEach(
            (name, values) -> {
              String key = name.substring(name.lastIndexOf('_') + 1);
              switch (key) {
                case "gamma", "g", "var" -> between(values, 0.5, 1.5, random);
                case "beta", "mean", "vb", "bF", "bB" -> between(values, -0.5, 0.5, random);
                case "log10stdev" -> between(values, -0.2, 0.2, random);
                case "b", "fb", "bb" -> between(values, -0.1, 0.1, random);
                default -> {}
              }
            });
  }

  private static void between(INDArray values, double low, double high, Random random) {
    values.assign(Nd4j.rand(random, values.shape()).muli(high - low).addi(low));
  }

  static INDArray[] outputs(Object model, INDArray... inputs) {
    return model instanceof MultiLayerNetwork network
        ? new INDArray[] {network.output(inputs[0])}
        : ((ComputationGraph) model).output(inputs);
  }

  /** The units with the lowest L1 norms of each group, exactly a fraction of it and never all. */
  static RemovalPlan plan(ChannelGroups groups, double fraction) {
    Map<Integer, Double> scores =
        new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN)
            .score(groups, List.of(), 0);
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      int size = group.units().size();
      List<Integer> ranked = new ArrayList<>(group.units());
      ranked.sort(Comparator.comparing(scores::get));
      units.addAll(ranked.subList(0, (int) Math.min(size - 1, Math.round(fraction * size))));
    }
    groups.emptiedBy(new HashSet<>(units)).values().forEach(units::removeAll);
    return RemovalPlan.of(groups, units);
  }

  /** The largest difference of soft and hard removal, relative to outputs larger than one. */
  static double difference(ChannelGroups groups, RemovalPlan plan, INDArray... inputs) {
    Surgeon surgeon = new Surgeon(groups);
    INDArray[] masked = outputs(surgeon.mask(plan).unwrap(), inputs);
    INDArray[] cut = outputs(surgeon.cut(plan).unwrap(), inputs);
    double largest = 0;
    for (int i = 0; i < masked.length; i++) {
      assertFalse(masked[i].isNaN().any(), "the masked model must not compute NaN");
      double scale = Math.max(1, masked[i].amaxNumber().doubleValue());
      largest = Math.max(largest, distance(masked[i], cut[i]) / scale);
    }
    return largest;
  }

  static double distance(INDArray first, INDArray second) {
    return first.sub(second).amaxNumber().doubleValue();
  }

  /**
   * Soft equals hard, the given model is untouched, the smaller one is smaller, trains, and is the
   * same after it was written and read.
   */
  static void check(
      Model model, INDArray[] inputs, INDArray[] labels, double fraction, double tolerance) {
    ChannelGroups groups = ChannelGroups.of(model);
    assertFalse(groups.groups().isEmpty(), groups::explain);
    RemovalPlan plan = plan(groups, fraction);
    assertFalse(plan.units().isEmpty(), groups::explain);
    INDArray before = model.params().dup();
    assertEquals(0, difference(groups, plan, inputs), tolerance, groups::explain);
    Model cut = (Model) new Surgeon(groups).cut(plan).unwrap();
    assertEquals(0, distance(before, model.params()), "the given model is untouched");
    assertEquals(
        Cost.parameters(groups).after(new HashSet<>(plan.units())),
        cut.params().length(),
        "the cost of the plan is the size of the smaller model");
    assertTrue(cut.params().length() < model.params().length());
    if (labels != null) {
      train(cut, inputs, labels);
    }
    survivesFiles(cut, inputs);
  }

  static void train(Model model, INDArray[] inputs, INDArray[] labels) {
    INDArray before = model.params().dup();
    for (int step = 0; step < 3; step++) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(inputs[0], labels[0]);
      } else {
        ((ComputationGraph) model).fit(new MultiDataSet(inputs, labels));
      }
    }
    assertTrue(distance(before, model.params()) > 0, "training changes something");
    assertFalse(model.params().isNaN().any(), "training does not end in NaN");
  }

  private static void survivesFiles(Model model, INDArray[] inputs) {
    try {
      File file = File.createTempFile("cut", ".zip");
      try {
        ModelSerializer.writeModel(model, file, true);
        Model restored =
            model instanceof MultiLayerNetwork
                ? ModelSerializer.restoreMultiLayerNetwork(file, true)
                : ModelSerializer.restoreComputationGraph(file, true);
        INDArray[] expected = outputs(model, inputs);
        INDArray[] actual = outputs(restored, inputs);
        for (int i = 0; i < expected.length; i++) {
          assertEquals(0, distance(expected[i], actual[i]), "a file changes nothing");
        }
      } finally {
        Files.delete(file.toPath());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (model instanceof MultiLayerNetwork network) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
      String json = configuration.toJson();
      assertEquals(json, MultiLayerConfiguration.fromJson(json).toJson());
      assertEquals(json, MultiLayerConfiguration.fromYaml(configuration.toYaml()).toJson());
    } else {
      ComputationGraphConfiguration configuration = ((ComputationGraph) model).getConfiguration();
      String json = configuration.toJson();
      assertEquals(json, ComputationGraphConfiguration.fromJson(json).toJson());
      assertEquals(json, ComputationGraphConfiguration.fromYaml(configuration.toYaml()).toJson());
    }
  }
}

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
package org.dl4jprune.examples.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.compare.OracleCheck;
import org.dl4jprune.compare.OracleSanityCheck;
import org.dl4jprune.compare.Prediction;
import org.dl4jprune.compare.Retrained;
import org.dl4jprune.criterion.FilterNorm;
import org.dl4jprune.criterion.Taylor;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.search.OraclePruning;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.FilterImportance;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.UnitImportance;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Checks 3 and 4 of the card oracle-pruning: all halves of the first hidden layer. */
final class OracleStudy implements Study {
  private static final String LAYER = "layer0";
  private static final double RATIO = 0.5;
  private static final double RETRAINING_RATE = 0.01;
  private static final List<Integer> EPOCHS = List.of(0, 1, 3);
  private static final int REPEATS = 2;

  private static final UnitImportance L1 =
      new FilterImportance(FilterNorm.l1(), Aggregation.SUM, Normalisation.NONE);
  private static final UnitImportance TAYLOR =
      new GroupImportance(new Taylor(), Aggregation.SUM, Normalisation.NONE);

  private final Setup setup;
  private final FashionMnist retraining;
  private final int units;
  private final Path files;

  OracleStudy(FashionMnist data, Path files) {
    this(
        new Setup(data.limit(Math.min(20_000, data.trainCount())), 5, 128, 0.1, 0),
        data.limit(Math.min(5_000, data.trainCount())),
        10,
        files);
  }

  OracleStudy(Setup setup, FashionMnist retraining, int units, Path files) {
    this.setup = setup;
    this.retraining = retraining;
    this.units = units;
    this.files = files;
  }

  @Override
  public String name() {
    return "oracle";
  }

  @Override
  public String title() {
    return "Does the loss before retraining predict the result after it?";
  }

  @Override
  public String setting() {
    return ("Perceptron 784-%d-%d-10, %,d training images, %d epochs; all ways to remove half of the"
            + " first hidden layer, each retrained with rate %s on %,d images, mean of %d orders of"
            + " the data (of one without retraining); loss before retraining on all training images,"
            + " results on %,d test images. Tau should be positive against the loss and negative"
            + " against the accuracy; ranks are by the loss before retraining, 0 for the oracle;"
            + " criteria are scored on 1,000 images. A page with the scatter is written for each seed.")
        .formatted(
            units,
            units,
            setup.data().trainCount(),
            setup.epochs(),
            RETRAINING_RATE,
            retraining.trainCount(),
            REPEATS,
            setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      for (int epochs : EPOCHS) {
        cases.add(
            new Case("%d epochs of retraining".formatted(epochs), seed, () -> check(seed, epochs)));
      }
    }
    return cases;
  }

  private Map<String, Double> check(long seed, int epochs) {
    MultiLayerNetwork network =
        setup.train(setup.perceptron(seed, WeightInit.RELU, units, units), seed);
    List<MultiDataSet> images = batches(setup.data().train(1000, 0));
    long steps = (retraining.trainCount() + setup.batch() - 1) / setup.batch();
    String name = "%d-epochs-seed%d".formatted(epochs, seed);
    OracleCheck check =
        OracleSanityCheck.builder()
            .search(OraclePruning.of(network).layers(LAYER).ratio(RATIO).data(images))
            .trainer(Trainer.onDataSets(order -> retraining.train(setup.batch(), order)))
            .prepare(model -> ((MultiLayerNetwork) model).setLearningRate(RETRAINING_RATE))
            .iterations(epochs * steps)
            .repeats(epochs == 0 ? 1 : REPEATS)
            .test(batches(setup.data().test(1000)))
            .evaluate(model -> setup.accuracy((MultiLayerNetwork) model))
            .overlay("L1", plan(network, L1, images))
            .overlay("Taylor", plan(network, TAYLOR, images))
            .predictor("L1", scores(network, L1, images))
            .predictor("Taylor", scores(network, TAYLOR, images))
            .directory(files.resolve(name))
            .seed(seed)
            .build()
            .run();
    try {
      check.writeHtml(files.resolve(name + ".html"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return row(check);
  }

  private static RemovalPlan plan(
      MultiLayerNetwork network, UnitImportance importance, List<MultiDataSet> images) {
    return StructuredPruning.of(network)
        .importance(importance)
        .data(images.subList(0, 1))
        .sparsity(0)
        .sparsity(LAYER, RATIO)
        .plan();
  }

  private static Map<Integer, Double> scores(
      MultiLayerNetwork network, UnitImportance importance, List<MultiDataSet> images) {
    return importance.score(ChannelGroups.of(network), images.subList(0, 1), 0);
  }

  private static List<MultiDataSet> batches(DataSetIterator data) {
    List<MultiDataSet> batches = new ArrayList<>();
    while (data.hasNext()) {
      batches.add(data.next().toMultiDataSet());
    }
    return batches;
  }

  private static Map<String, Double> row(OracleCheck check) {
    Map<String, Double> row = new LinkedHashMap<>();
    Prediction loss = check.of(OracleCheck.TEST_LOSS);
    Prediction accuracy = check.of(OracleCheck.SCORE);
    row.put("tau, loss", loss.tau());
    row.put("−log10 p", -Math.log10(Math.max(Double.MIN_NORMAL, loss.pValue())));
    row.put("anomaly ratio, loss", loss.anomalyRatio());
    row.put("tau, accuracy", accuracy.tau());
    row.put("anomaly ratio, accuracy", accuracy.anomalyRatio());
    row.put("counterexamples, accuracy", accuracy.counterexampleRate());
    for (Prediction prediction : check.predictions()) {
      if (!prediction.predictor().equals(OracleCheck.LOSS)
          && prediction.result().equals(OracleCheck.SCORE)) {
        row.put("tau, accuracy by " + prediction.predictor(), prediction.tau());
      }
    }
    row.put("oracle", check.oracle().orElseThrow().score());
    row.put("random, mean", check.mean(Retrained::score));
    check
        .overlays()
        .forEach(
            (name, overlay) -> {
              row.put(name, overlay.score());
              row.put("rank of " + name, (double) check.rank(overlay));
            });
    return row;
  }
}

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
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.merge.RePrune;
import org.dl4jprune.merge.Soup;
import org.dl4jprune.merge.SoupResult;
import org.dl4jprune.merge.SoupStep;
import org.dl4jprune.merge.SparseModelSoup;
import org.dl4jprune.merge.SparseModelSoupBuilder;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.training.Trainer;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Card {@code sparse-model-soups}: soups beside iterative pruning of equal and of longer training.
 */
final class Soups implements Study {
  private static final double SPARSITY = 0.98;
  private static final int PHASES = 3;
  private static final int COPIES = 3;
  private static final int LONG = 10;

  private final Setup setup;
  private final FashionMnist validation;
  private final Path files;
  private final int epochs;
  private final int longEpochs;

  /** A rate that falls along a line to zero. */
  private record LinearToZero(double initial, long iterations) implements ISchedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double valueAt(int iteration, int epoch) {
      return initial * Math.max(0, 1 - (double) iteration / iterations);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  Soups(FashionMnist data, Path files) {
    this(data, Math.min(20_000, data.trainCount()), 6, 2, LONG, files);
  }

  /** One tenth of the images is held out to choose the parts of greedy soups. */
  Soups(FashionMnist data, int images, int dense, int epochs, int longEpochs, Path files) {
    FashionMnist held = data.holdOut(images - images / 10, images / 10);
    this.setup = new Setup(data.limit(images - images / 10), dense, 128, 0.1, 0);
    this.validation = held;
    this.epochs = epochs;
    this.longEpochs = longEpochs;
    this.files = files;
  }

  @Override
  public String name() {
    return "soups";
  }

  @Override
  public String title() {
    return "Sparse model soups at 98 % zeros";
  }

  @Override
  public String setting() {
    return ("LeNet-300-100 with and without batch normalisation, %,d training images and %,d held out"
            + " for greedy soups, %d dense epochs (rate 0.1 along a cosine), then 3 phases of 3 copies"
            + " of E epochs (rate 0.05 along a line to 0); IMP is one copy, run for three seeds;"
            + " accuracy on %,d test images in percent. \"before recomputing\" is the last uniform"
            + " soup with averaged statistics.")
        .formatted(
            setup.data().trainCount(),
            validation.testCount(),
            setup.epochs(),
            setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      for (boolean normalised : new boolean[] {false, true}) {
        String net = normalised ? "with batch normalisation" : "plain";
        cases.add(
            new Case(
                "%s, E = %d".formatted(net, epochs),
                seed,
                () -> measure(normalised, epochs, seed)));
      }
    }
    cases.add(
        new Case(
            "plain, E = %d".formatted(longEpochs),
            seeds.get(0),
            () -> measure(false, longEpochs, seeds.get(0))));
    return cases;
  }

  private double accuracy(Object model) {
    return setup.accuracy((MultiLayerNetwork) model);
  }

  private double validated(Object model) {
    return 100 * ((MultiLayerNetwork) model).evaluate(validation.test(1000)).accuracy();
  }

  private Iterable<MultiDataSet> statistics() {
    List<MultiDataSet> batches = new ArrayList<>();
    DataSetIterator data = setup.data().train(1000, 0);
    for (int left = Math.max(1, setup.data().trainCount() / 5000);
        left > 0 && data.hasNext();
        left--) {
      batches.add(data.next().toMultiDataSet());
    }
    return batches;
  }

  private SparseModelSoupBuilder soup(String name, long seed, int retraining) {
    long steps = setup.iterations() / setup.epochs() * retraining;
    return SparseModelSoup.builder()
        .trainer(Trainer.onDataSets(order -> setup.data().train(setup.batch(), order)))
        .evaluate(this::accuracy)
        .sparsity(SPARSITY)
        .phases(PHASES)
        .copies(COPIES)
        .iterations(steps)
        .prepare(
            (model, copy) ->
                ((MultiLayerNetwork) model).setLearningRate(new LinearToZero(0.05, steps)))
        .recomputeBatchNorm(statistics())
        .seed(seed)
        .directory(files.resolve(name));
  }

  private Map<String, Double> measure(boolean normalised, int retraining, long seed) {
    String name = "%s-e%d-seed%d-".formatted(normalised ? "bn" : "plain", retraining, seed);
    MultiLayerNetwork dense =
        setup.train(
            normalised ? Networks.normalisedMlp(seed, setup.updater()) : setup.mlp(seed), seed);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("dense", accuracy(dense));
    SoupResult uniform = soup(name + "uniform", seed, retraining).build().run(dense);
    double mean =
        uniform.copies(PHASES).stream().mapToDouble(SoupStep::score).average().orElseThrow();
    row.put("copies, mean", mean);
    row.put("uniform soup", uniform.soup(PHASES).score());
    row.put("soup − copies", uniform.soup(PHASES).score() - mean);
    if (normalised) {
      row.put("before recomputing", averagedStatistics(name, dense));
    }
    SoupResult greedy =
        soup(name + "greedy", seed, retraining).greedy(this::validated).build().run(dense);
    row.put("greedy soup", greedy.soup(PHASES).score());
    List<PrunableModel> single = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (int one = 1; one <= COPIES; one++) {
      SoupResult imp =
          soup(name + "imp" + one, seed + 100L * one, retraining).copies(1).build().run(dense);
      single.add(imp.pruned().model());
      scores.add(imp.soup(PHASES).score());
    }
    row.put("IMP, mean", scores.stream().mapToDouble(s -> s).average().orElseThrow());
    row.put("IMP, best", scores.stream().mapToDouble(s -> s).max().orElseThrow());
    PrunableModel again = RePrune.of(single, Selector.weights(), SPARSITY).model();
    BatchNormStatistics.recompute(again, statistics());
    row.put("RePrune", accuracy(again.unwrap()));
    row.put(
        "IMP, 3·E",
        soup(name + "long", seed, COPIES * retraining)
            .copies(1)
            .build()
            .run(dense)
            .soup(PHASES)
            .score());
    return row;
  }

  /** The last uniform soup once more, from its copies' files and without recomputing. */
  private double averagedStatistics(String name, MultiLayerNetwork dense) {
    List<PrunableModel> parts = new ArrayList<>();
    for (int copy = 1; copy <= COPIES; copy++) {
      PrunableModel part = PrunableModel.of(dense).copy();
      Path file = files.resolve(name + "uniform").resolve("copy-%d-%d.bin".formatted(PHASES, copy));
      try (Snapshot state = Snapshot.load(file)) {
        state.restoreValues(part);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      parts.add(part);
    }
    return accuracy(Soup.average(parts).unwrap());
  }
}

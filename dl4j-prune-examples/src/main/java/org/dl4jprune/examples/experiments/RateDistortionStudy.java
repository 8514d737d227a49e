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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.DistortionCurve;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Lamp;
import org.dl4jprune.allocation.RateDistortion;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.search.DistortionPage;
import org.dl4jprune.search.OutputDistortion;
import org.dl4jprune.search.RateDistortionCurves;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Checks 2 to 4 of the card layer-adaptive-rd: distortion and accuracy of five allocations. */
final class RateDistortionStudy implements Study {
  private static final List<Double> SPARSITIES = List.of(0.8, 0.9, 0.95, 0.97);
  private static final double TUNED = 0.95;
  private static final int CALIBRATION = 512;
  private static final int ROUNDS = 4;

  private final Setup dense;
  private final Setup tuning;
  private final int levels;
  private final Path files;

  RateDistortionStudy(FashionMnist data, Path files) {
    this(data.limit(20_000), 100, files);
  }

  RateDistortionStudy(FashionMnist images, int levels, Path files) {
    this.dense = new Setup(images, 4, 128, 0.1, 5e-4);
    this.tuning = new Setup(images, 2, 128, 0.05, 5e-4);
    this.levels = levels;
    this.files = files;
  }

  @Override
  public String name() {
    return "rate-distortion";
  }

  @Override
  public String title() {
    return "Where the zeros go, by the distortion of the outputs";
  }

  @Override
  public String setting() {
    return "LeNet-300-100, 20,000 training images, 4 dense epochs (rate 0.1), then pruned by"
        + " magnitude without retraining. Curves of 100 levels on 512 training images, labels"
        + " unused. \"d\": mean squared change of the logits on these images; \"raw\": test accuracy"
        + " in percent; \"tuned\": after 2 epochs of fine-tuning. \"joint / sum\": the distortion"
        + " that was measured against the sum of the single layers' that was predicted. \"again\":"
        + " curves measured again around their own split, 4 rounds for each sparsity.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("rate-distortion", seed, () -> byCurves(seed)));
      cases.add(new Case("rate-distortion, again", seed, () -> byCurvesAgain(seed)));
      add(cases, "ERK", seed, () -> new ErdosRenyi(true));
      add(cases, "global", seed, () -> new Global(Floor.none()));
      add(cases, "LAMP", seed, () -> new Lamp(Floor.none()));
      add(cases, "uniform", seed, Uniform::new);
    }
    return cases;
  }

  private void add(List<Case> cases, String group, long seed, Supplier<Allocation> allocation) {
    cases.add(
        new Case(
            group,
            seed,
            () ->
                measure(
                    dense.train(dense.mlp(seed), seed),
                    seed,
                    sparsity -> allocation.get(),
                    List.of())));
  }

  private Map<String, Double> byCurves(long seed) {
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    RateDistortion allocation = curves(trained, seed).measure();
    try {
      Files.createDirectories(files);
      DistortionPage.of(allocation).write(files.resolve("curves-seed%d.html".formatted(seed)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return measure(trained, seed, sparsity -> allocation, allocation.curves());
  }

  private Map<String, Double> byCurvesAgain(long seed) {
    MultiLayerNetwork trained = dense.train(dense.mlp(seed), seed);
    RateDistortionCurves curves = curves(trained, seed);
    return measure(trained, seed, sparsity -> curves.measureAround(sparsity, ROUNDS), List.of());
  }

  private RateDistortionCurves curves(MultiLayerNetwork trained, long seed) {
    return RateDistortionCurves.of(trained).calibration(images(seed)).levels(levels);
  }

  private List<MultiDataSet> images(long seed) {
    return List.of(dense.data().train(CALIBRATION, seed + 1).next().toMultiDataSet());
  }

  private Map<String, Double> measure(
      MultiLayerNetwork trained,
      long seed,
      DoubleFunction<Allocation> allocation,
      List<DistortionCurve> curves) {
    Map<String, Double> row = new LinkedHashMap<>();
    try (OutputDistortion outputs =
        OutputDistortion.from(PrunableModel.of(trained), images(seed))) {
      for (double sparsity : SPARSITIES) {
        Pruned pruned =
            Pruner.of(trained).allocation(allocation.apply(sparsity)).sparsity(sparsity).prune();
        MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
        double distortion = outputs.of(pruned.model());
        row.put(column(sparsity, "d"), distortion);
        row.put(column(sparsity, "raw"), dense.accuracy(network));
        if (!curves.isEmpty()) {
          row.put(column(sparsity, "joint / sum"), distortion / predicted(curves, pruned.report()));
        }
        if (sparsity == TUNED) {
          row.put(
              column(sparsity, "tuned"),
              FineTuning.run(tuning, network, seed, PruningListener.keeping(pruned)));
        }
        pruned.masks().close();
      }
    }
    return row;
  }

  /** The sum of the layers' own distortions, between two levels on the line that joins them. */
  private static double predicted(List<DistortionCurve> curves, PruningReport report) {
    double sum = 0;
    for (DistortionCurve curve : curves) {
      long zeros =
          report.layers().stream()
              .filter(layer -> layer.name().equals(curve.parameter()))
              .findFirst()
              .orElseThrow()
              .zeros();
      int above = 0;
      while (curve.zeros().get(above) < zeros) {
        above++;
      }
      double high = curve.distortions().get(above);
      if (above > 0) {
        double low = curve.distortions().get(above - 1);
        double from = curve.zeros().get(above - 1);
        high = low + (high - low) * (zeros - from) / (curve.zeros().get(above) - from);
      }
      sum += high;
    }
    return sum;
  }

  private static String column(double sparsity, String what) {
    return "%.0f %% %s".formatted(100 * sparsity, what);
  }
}

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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.compare.Arm;
import org.dl4jprune.compare.EpochBudgets;
import org.dl4jprune.compare.ScratchComparison;
import org.dl4jprune.compare.ScratchComparisonBuilder;
import org.dl4jprune.compare.ScratchResult;
import org.dl4jprune.criterion.FilterNorm;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.stats.WelchInterval;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.FilterImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruner;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Checks 3 and 4 of the card rethinking-value: fine-tuned, from scratch, and as tickets. */
final class ScratchStudy implements Study {
  private static final int BATCH = 128;
  private static final double L2 = 1e-4;
  private static final UnaryOperator<ScratchComparisonBuilder> WEIGHTS =
      b ->
          b.unstructured(model -> Pruner.of(model).sparsity(0.95).prune())
              // A twentieth of the weights would stretch scratch-B twentyfold.
              .arms(Arm.FINE_TUNE, Arm.SCRATCH_E, Arm.TICKET);

  private final FashionMnist data;
  private final int epochs;
  private final Path files;

  /** What is pruned, and the learning rate of the dense training. */
  private record Setting(String name, double rate, UnaryOperator<ScratchComparisonBuilder> how) {}

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting("half of the neurons, rate 0.1", 0.1, neurons(0.5)),
          new Setting("80 % of the neurons, rate 0.1", 0.1, neurons(0.8)),
          new Setting("95 % of the weights, rate 0.1", 0.1, WEIGHTS),
          new Setting("95 % of the weights, rate 0.01", 0.01, WEIGHTS));

  ScratchStudy(FashionMnist data, int epochs, Path files) {
    this.data = data;
    this.epochs = epochs;
    this.files = files;
  }

  private static UnaryOperator<ScratchComparisonBuilder> neurons(double sparsity) {
    return b ->
        b.structured(
                model ->
                    StructuredPruning.of(model)
                        .importance(
                            new FilterImportance(
                                FilterNorm.l1(), Aggregation.SUM, Normalisation.NONE))
                        .sparsity(sparsity)
                        .prune())
            .arms(Arm.FINE_TUNE, Arm.SCRATCH_E, Arm.SCRATCH_B, Arm.UNIFORM, Arm.TICKET);
  }

  @Override
  public String name() {
    return "scratch";
  }

  @Override
  public String title() {
    return "Pruned networks against the same architecture from scratch";
  }

  @Override
  public String setting() {
    return ("LeNet-300-100, %,d training images, E = %d epochs of batch %d, momentum 0.9, L2 %s, the"
            + " rate divided by 10 after half and three quarters of the epochs; fine-tuning for %d"
            + " epochs at its smallest value. Neurons go by L1 norm layer by layer, weights by global"
            + " magnitude. Accuracy on %,d test images in percent after the last epoch. Differences:"
            + " an arm minus fine-tuning over all seeds, with Welch's interval at 95 %%.")
        .formatted(data.trainCount(), epochs, BATCH, L2, fineTune(), data.testCount());
  }

  private int fineTune() {
    return Math.max(1, epochs / 4);
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (Setting setting : SETTINGS) {
      for (long seed : seeds) {
        cases.add(
            new Case(setting.name(), seed, () -> row(comparison(setting, List.of(seed)).run())));
      }
      if (seeds.size() > 1) {
        cases.add(
            new Case(
                "%s, differences of %d seeds".formatted(setting.name(), seeds.size()),
                0,
                () -> differences(comparison(setting, seeds).run())));
      }
    }
    return cases;
  }

  private ScratchComparison comparison(Setting setting, List<Long> seeds) {
    return setting
        .how()
        .apply(ScratchComparison.builder())
        .name(setting.name())
        .recipe((seed, length) -> network(seed, steps(setting.rate(), length)))
        .fineTune(
            fineTune(), (seed, length) -> network(seed, new Nesterovs(setting.rate() / 100, 0.9)))
        .trainer(Trainer.onDataSets(order -> data.train(BATCH, order)))
        .evaluate(model -> 100 * ((MultiLayerNetwork) model).evaluate(data.test(1000)).accuracy())
        .epochs(epochs, (data.trainCount() + BATCH - 1) / BATCH, data.trainCount())
        .example(data.train(1, 0).next().toMultiDataSet())
        .seeds(seeds)
        .directory(files.resolve("setting" + SETTINGS.indexOf(setting)))
        .build();
  }

  private static MultiLayerNetwork network(long seed, IUpdater updater) {
    return Networks.mlp(seed, updater, DataType.FLOAT, L2);
  }

  private static IUpdater steps(double rate, int epochs) {
    Map<Integer, Double> rates = new TreeMap<>();
    rates.put(0, rate);
    rates.put(EpochBudgets.milestone(epochs, 0.5), rate / 10);
    rates.put(EpochBudgets.milestone(epochs, 0.75), rate / 100);
    return new Nesterovs(new MapSchedule(ScheduleType.EPOCH, rates), 0.9);
  }

  private static String word(Arm arm) {
    return arm.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, Double> row(ScratchResult result) {
    Map<String, Double> row = new LinkedHashMap<>();
    for (ScratchResult.Row arm : result.rows()) {
      row.put(word(arm.arm()), arm.mean());
      if (arm.arm() == Arm.SCRATCH_B) {
        row.put("E_B", arm.epochs());
      }
    }
    return row;
  }

  private static Map<String, Double> differences(ScratchResult result) {
    System.out.println(result);
    Map<String, Double> row = new LinkedHashMap<>();
    for (ScratchResult.Row arm : result.rows()) {
      if (arm.arm() != Arm.DENSE && arm.arm() != Arm.FINE_TUNE) {
        WelchInterval difference = result.difference(arm.arm());
        row.put(word(arm.arm()), difference.difference());
        row.put(word(arm.arm()) + ", low", difference.low());
        row.put(word(arm.arm()) + ", high", difference.high());
      }
    }
    return row;
  }
}

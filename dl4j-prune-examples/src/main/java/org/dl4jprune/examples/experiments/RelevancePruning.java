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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.calibration.Samples;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.structure.UnitImportance;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Pruning by explaining: filters and units of a trained LeNet-5 go round by round. */
final class RelevancePruning implements Study {
  private static final int IMAGES = 20_000;
  private static final int EACH = 10;
  private static final double[] FRACTIONS = {0.3, 0.5};

  private final Setup setup;

  RelevancePruning(FashionMnist data) {
    this(new Setup(data.limit(Math.min(IMAGES, data.trainCount())), 3, 128, 0.05, 0));
  }

  RelevancePruning(Setup setup) {
    this.setup = setup;
  }

  @Override
  public String name() {
    return "lrp";
  }

  @Override
  public String title() {
    return "Relevance, gradient, weight: removing filters with ten samples of each class";
  }

  @Override
  public String setting() {
    return "LeNet-5, %,d training images, %d epochs (rate %s); then filters and units are removed in rounds of"
            .formatted(setup.data().trainCount(), setup.epochs(), setup.rate())
        + " 5 %, scored anew in each round with 10 labelled images of each class, ranked over all"
        + " layers, without retraining; test accuracy in percent.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      ChannelCriteria.all()
          .forEach(
              (name, importance) ->
                  cases.add(new Case(name, seed, () -> measure(seed, importance))));
    }
    return cases;
  }

  private Map<String, Double> measure(long seed, UnitImportance importance) {
    MultiLayerNetwork network = setup.train(setup.lenet5(seed), seed);
    List<MultiDataSet> samples = Samples.perClass(setup.data().train(1000, seed), EACH, seed);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("dense", setup.accuracy(network));
    for (double fraction : FRACTIONS) {
      MultiLayerNetwork smaller =
          ChannelCriteria.removeInRounds(network, importance, samples, fraction, seed);
      row.put("%.0f %% removed".formatted(100 * fraction), setup.accuracy(smaller));
    }
    return row;
  }
}

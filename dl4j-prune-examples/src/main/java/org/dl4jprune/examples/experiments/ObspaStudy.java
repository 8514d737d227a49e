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
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.reconstruction.CalibrationInputs;
import org.dl4jprune.reconstruction.Obspa;
import org.dl4jprune.transform.StructuredPruning;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Channels removed without fine-tuning: refitted on images or noise, or not at all. */
final class ObspaStudy implements Study {
  private static final List<Double> SPARSITIES = List.of(0.5, 0.7, 0.85);
  private static final int SAMPLES = 1024;

  private final Setup setup;

  ObspaStudy(FashionMnist data) {
    this.setup = new Setup(data, 4, 128, 0.1, 5e-4);
  }

  @Override
  public String name() {
    return "obspa";
  }

  @Override
  public String title() {
    return "OBSPA: units removed without fine-tuning";
  }

  @Override
  public String setting() {
    return ("MLP 784-300-100-10, %,d training images, 4 epochs; the same fraction of both hidden"
            + " layers removed, %,d calibration inputs without labels; accuracy on %,d test images"
            + " in percent.")
        .formatted(setup.data().trainCount(), SAMPLES, setup.data().testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      refitted(cases, "OBSPA, training images", seed, this::images);
      refitted(
          cases,
          "OBSPA, noise N(0, 1)",
          seed,
          s -> CalibrationInputs.gaussian(SAMPLES, s, FashionMnist.PIXELS));
      refitted(
          cases,
          "OBSPA, noise U(0, 1)",
          seed,
          s -> CalibrationInputs.uniform(SAMPLES, s, FashionMnist.PIXELS));
      add(
          cases,
          "L1 group magnitude",
          seed,
          (network, sparsity) ->
              StructuredPruning.of(network).sparsity(sparsity).prune().model().unwrap());
    }
    return cases;
  }

  private CalibrationInputs images(long seed) {
    MultiDataSet batch = setup.data().train(SAMPLES, seed).next().toMultiDataSet();
    return CalibrationInputs.inDistribution(List.of(batch));
  }

  private void refitted(
      List<Case> cases, String group, long seed, LongFunction<CalibrationInputs> inputs) {
    add(
        cases,
        group,
        seed,
        (network, sparsity) ->
            Obspa.builder()
                .inputs(inputs.apply(seed))
                .sparsity(sparsity)
                .build()
                .prune(network)
                .model()
                .unwrap());
  }

  private void add(
      List<Case> cases,
      String group,
      long seed,
      BiFunction<MultiLayerNetwork, Double, Object> prune) {
    cases.add(
        new Case(
            group,
            seed,
            () -> {
              MultiLayerNetwork trained = setup.train(setup.mlp(seed), seed);
              Map<String, Double> row = new LinkedHashMap<>();
              row.put("dense", setup.accuracy(trained));
              for (double sparsity : SPARSITIES) {
                MultiLayerNetwork smaller = (MultiLayerNetwork) prune.apply(trained, sparsity);
                row.put("%.0f %%".formatted(100 * sparsity), setup.accuracy(smaller));
              }
              return row;
            }));
  }
}

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
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jprune.calibration.Samples;
import org.dl4jprune.structure.UnitImportance;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The toy of the paper on pruning by explaining: two moons and ten labelled points. */
final class RelevanceMoons implements Study {
  private static final int POINTS = 1000;
  private static final int BATCH = 100;
  private static final int EPOCHS = 100;
  private static final int EACH = 5;
  private static final int UNITS = 200;
  private static final double NOISE = 0.1;
  private static final long TEST = 1L << 32;
  private static final double[] FRACTIONS = {1.0 / 3, 0.6, 0.8};

  @Override
  public String name() {
    return "lrp-moons";
  }

  @Override
  public String title() {
    return "Relevance on two moons, without retraining";
  }

  @Override
  public String setting() {
    return "MLP 2-200-200-200-2 (ReLU), 1,000 training points with noise 0.1, 100 epochs in batches"
        + " of 100 by SGD at 0.1, with momentum 0.9 at 0.05, or by Adam at 1e-3; then a part of the 600"
        + " hidden units is removed in one step, scored with 5 labelled points of each class, ranked"
        + " over all layers; accuracy on 1,000 other points in percent.";
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    Map<String, IUpdater> trainings = new LinkedHashMap<>();
    trainings.put("SGD", new Sgd(0.1));
    trainings.put("momentum", new Nesterovs(0.05, 0.9));
    trainings.put("Adam", new Adam(1e-3));
    List<Case> cases = new ArrayList<>();
    trainings.forEach(
        (training, updater) -> {
          for (long seed : seeds) {
            Supplier<MultiLayerNetwork> trained = once(() -> trained(seed, updater));
            ChannelCriteria.all()
                .forEach(
                    (name, importance) ->
                        cases.add(
                            new Case(
                                training + ", " + name,
                                seed,
                                () -> measure(trained.get(), seed, importance))));
          }
        });
    return cases;
  }

  /** The criteria of one seed cut copies of one network. */
  private static Supplier<MultiLayerNetwork> once(Supplier<MultiLayerNetwork> make) {
    AtomicReference<MultiLayerNetwork> made = new AtomicReference<>();
    return () -> made.updateAndGet(network -> network == null ? make.get() : network);
  }

  private static MultiLayerNetwork trained(long seed, IUpdater updater) {
    MultiLayerNetwork network = network(seed, updater);
    List<DataSet> batches = moons(seed).batchBy(BATCH);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      batches.forEach(network::fit);
    }
    return network;
  }

  private static Map<String, Double> measure(
      MultiLayerNetwork network, long seed, UnitImportance importance) {
    DataSet test = moons(seed + TEST);
    List<MultiDataSet> samples = Samples.perClass(moons(seed), EACH, seed);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("dense", accuracy(network, test));
    for (double fraction : FRACTIONS) {
      MultiLayerNetwork smaller =
          ChannelCriteria.remove(network, importance, samples, fraction, seed);
      row.put("%.0f %% removed".formatted(100 * fraction), accuracy(smaller, test));
    }
    return row;
  }

  private static double accuracy(MultiLayerNetwork network, DataSet test) {
    int[] said = network.predict(test.getFeatures());
    int[] right = test.getLabels().argMax(1).toIntVector();
    int hits = 0;
    for (int i = 0; i < said.length; i++) {
      hits += said[i] == right[i] ? 1 : 0;
    }
    return 100.0 * hits / said.length;
  }

  private static MultiLayerNetwork network(long seed, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater.clone())
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .list();
    for (int i = 0; i < 3; i++) {
      layers.layer(new DenseLayer.Builder().nOut(UNITS).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .weightInit(WeightInit.XAVIER)
                        .build())
                .setInputType(InputType.feedForward(2))
                .build());
    network.init();
    return network;
  }

  /** Points on two half circles that reach into each other, the classes taking turns. */
  static DataSet moons(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] points = new float[POINTS][2];
    float[][] classes = new float[POINTS][2];
    for (int i = 0; i < POINTS; i++) {
      double angle = Math.PI * random.nextDouble();
      boolean upper = i % 2 == 0;
      double x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
      double y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
      points[i][0] = (float) (x + NOISE * random.nextGaussian());
      points[i][1] = (float) (y + NOISE * random.nextGaussian());
      classes[i][i % 2] = 1;
    }
    return new DataSet(
        Nd4j.createFromArray(points).castTo(DataType.FLOAT), Nd4j.createFromArray(classes));
  }
}

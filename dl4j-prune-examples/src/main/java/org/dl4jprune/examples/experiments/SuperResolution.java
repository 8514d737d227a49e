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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.listeners.IssP;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Checks 2 and 3 of the card iss-p: soft shrinkage in super-resolution, and how soft the cut is.
 */
final class SuperResolution implements Study {
  private static final List<Double> RATIOS = List.of(0.9, 0.95);

  private final FashionMnist data;
  private final INDArray images;
  private final Map<Long, Dense> dense = new HashMap<>();
  private final int pruneSteps;
  private final int tuneSteps;

  /** A dense training, which both ratios share. */
  private record Dense(MultiLayerNetwork untilCut, double decibels) {}

  SuperResolution(FashionMnist data, int testImages, int pruneSteps, int tuneSteps) {
    this.data = data;
    this.images = data.test(testImages).next().getFeatures();
    this.pruneSteps = pruneSteps;
    this.tuneSteps = tuneSteps;
  }

  @Override
  public String name() {
    return "iss-p";
  }

  @Override
  public String title() {
    return "Iterative soft shrinkage (ISS-P) in super-resolution by two";
  }

  @Override
  public String setting() {
    return ("%,d training images reduced to 14×14, three convolutions 3×3 of 16 channels and one to 4,"
            + " depth-to-space, bicubic interpolation beside it; L1 loss, Adam 2e-3 with β2 0.99,"
            + " batch 16, weights drawn from ±1/√fan-in, %d steps of pruning and %d of fine-tuning; mean PSNR over %,d test images in dB."
            + " \"scratch\": the mask of the initial magnitudes; \"L1\": dense, cut, fine-tuned;"
            + " \"IHT\": α = 0; ISS-P: α = 0.95; \"drop\": what the cut itself costs, of ISS-P and"
            + " of the dense run. Differences are paired by seed.")
        .formatted(data.trainCount(), pruneSteps, tuneSteps, images.rows());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (double ratio : RATIOS) {
      for (long seed : seeds) {
        cases.add(new Case("%.0f %% zeros".formatted(100 * ratio), seed, () -> run(seed, ratio)));
      }
    }
    return cases;
  }

  private Map<String, Double> run(long seed, double ratio) {
    double[] dropOfL1 = new double[1];
    double[] dropOfShrinkage = new double[1];
    double scratch = scratch(seed, ratio);
    double hard = shrinking(seed, ratio, 0, new double[1]);
    double cut = cut(seed, ratio, dropOfL1);
    double soft = shrinking(seed, ratio, 0.95, dropOfShrinkage);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("bicubic", Downscaled.interpolated(images));
    row.put("scratch", scratch);
    row.put("IHT", hard);
    row.put("L1", cut);
    row.put("ISS-P", soft);
    row.put("dense", dense(seed).decibels());
    row.put("ISS-P − scratch", soft - scratch);
    row.put("ISS-P − IHT", soft - hard);
    row.put("ISS-P − L1", soft - cut);
    row.put("drop ISS-P", dropOfShrinkage[0]);
    row.put("drop L1", dropOfL1[0]);
    return row;
  }

  private double scratch(long seed, double ratio) {
    Pruned pruned = Pruner.of(network(seed)).allocation(new Uniform()).sparsity(ratio).prune();
    MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
    new Steps(seed).train(network, pruneSteps + tuneSteps, PruningListener.keeping(pruned));
    pruned.masks().close();
    return decibels(network);
  }

  private Dense dense(long seed) {
    return dense.computeIfAbsent(
        seed,
        key -> {
          MultiLayerNetwork network = network(seed);
          Steps steps = new Steps(seed);
          steps.train(network, pruneSteps);
          MultiLayerNetwork untilCut = network.clone();
          steps.train(network, tuneSteps);
          return new Dense(untilCut, decibels(network));
        });
  }

  private double cut(long seed, double ratio, double[] drop) {
    MultiLayerNetwork dense = dense(seed).untilCut();
    Steps steps = new Steps(seed);
    steps.skip(pruneSteps);
    Pruned pruned = Pruner.of(dense).allocation(new Uniform()).sparsity(ratio).prune();
    MultiLayerNetwork network = (MultiLayerNetwork) pruned.model().unwrap();
    drop[0] = decibels(dense) - decibels(network);
    steps.train(network, tuneSteps, PruningListener.keeping(pruned));
    pruned.masks().close();
    return decibels(network);
  }

  private double shrinking(long seed, double ratio, double factor, double[] drop) {
    MultiLayerNetwork network = network(seed);
    IssP iss = IssP.builder().ratio(ratio).shrink(factor).pruneSteps(pruneSteps).build();
    INDArray[] before = new INDArray[1];
    TrainingListener inFront =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            if (iteration == pruneSteps - 1) {
              before[0] = model.params().dup().detach();
            }
          }
        };
    Steps steps = new Steps(seed);
    steps.train(network, pruneSteps, inFront, iss.listener());
    MultiLayerNetwork uncut = network(seed);
    uncut.setParams(before[0]);
    drop[0] = decibels(uncut) - decibels(network);
    steps.train(network, tuneSteps, iss.listener());
    iss.listener().close();
    return decibels(network);
  }

  private double decibels(MultiLayerNetwork network) {
    return Downscaled.decibels(images, network.output(Downscaled.input(images)));
  }

  /** The same batches for all methods of a seed, one by one. */
  private final class Steps {
    private final DataSetIterator batches;

    Steps(long seed) {
      batches = data.train(16, seed);
      batches.setPreProcessor(new Downscaled());
    }

    private DataSet next() {
      if (!batches.hasNext()) {
        batches.reset();
      }
      return batches.next();
    }

    void skip(int steps) {
      for (int step = 0; step < steps; step++) {
        next();
      }
    }

    void train(MultiLayerNetwork network, int steps, TrainingListener... listeners) {
      network.setListeners(listeners);
      for (int step = 0; step < steps; step++) {
        network.fit(next());
      }
      network.setListeners();
    }
  }

  private static MultiLayerNetwork network(long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new Adam(2e-3, 0.9, 0.99, Adam.DEFAULT_ADAM_EPSILON))
            // ±1/√fan-in: what is added to the interpolation starts small.
            .weightInit(WeightInit.UNIFORM)
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (int i = 0; i < 3; i++) {
      layers.layer(new ConvolutionLayer.Builder(3, 3).nOut(16).activation(Activation.RELU).build());
    }
    int side = FashionMnist.SIDE / 2;
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new CnnLossLayer.Builder(LossFunction.L1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.convolutional(side, side, 1))
                .build());
    network.init();
    return network;
  }
}

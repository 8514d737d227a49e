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
package org.dl4jprune.listeners;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small models and data that the tests of this module share. */
final class Toys {
  private Toys() {}

  /** All updaters of ND4J but AdaBelief, which 1.0.0-M2.1 cannot even instantiate. */
  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Sgd(0.1),
        new Adam(1e-2),
        new Nesterovs(0.05, 0.9),
        new RmsProp(1e-2),
        new AdaGrad(1e-2),
        new AdaDelta(),
        new AdaMax(1e-2),
        new AMSGrad(1e-2),
        new Nadam(1e-2));
  }

  static NeuralNetConfiguration.Builder base(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(type)
        .optimizationAlgo(OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT)
        .activation(Activation.TANH)
        .updater(updater);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static MultiLayerNetwork mlp(IUpdater updater, DataType type) {
    return init(
        base(updater, type)
            .list()
            .layer(new DenseLayer.Builder().nOut(20).build())
            .layer(new DenseLayer.Builder().nOut(10).build())
            .layer(output())
            .setInputType(InputType.feedForward(12))
            .build());
  }

  /** Everything that could revive a dead weight: penalties, clipping, dropout, constraints. */
  static MultiLayerNetwork regularised(IUpdater updater) {
    return init(
        base(updater, DataType.DOUBLE)
            .l1(1e-3)
            .l2(1e-3)
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(0.5)
            .constrainWeights(new MaxNormConstraint(1.0, 1), new MinMaxNormConstraint(0.1, 1.0, 1))
            .list()
            .layer(new DenseLayer.Builder().nOut(20).dropOut(0.7).build())
            .layer(new DenseLayer.Builder().nOut(10).build())
            .layer(output())
            .setInputType(InputType.feedForward(12))
            .build());
  }

  static MultiLayerNetwork decayed(IUpdater updater) {
    return init(
        base(updater, DataType.DOUBLE)
            .weightDecay(1e-2)
            .gradientNormalization(GradientNormalization.ClipElementWiseAbsoluteValue)
            .gradientNormalizationThreshold(0.1)
            .list()
            .layer(new DenseLayer.Builder().nOut(20).build())
            .layer(output())
            .setInputType(InputType.feedForward(12))
            .build());
  }

  static MultiLayerNetwork convolutional() {
    return init(
        base(new Adam(1e-2), DataType.DOUBLE)
            .list()
            .layer(new ConvolutionLayer.Builder(2, 2).nOut(6).build())
            .layer(new BatchNormalization())
            .layer(new DenseLayer.Builder().nOut(8).build())
            .layer(output())
            .setInputType(InputType.convolutionalFlat(4, 3, 1))
            .build());
  }

  /** Truncated backpropagation through time: several steps for each batch. */
  static MultiLayerNetwork recurrent() {
    return init(
        base(new Adam(1e-2), DataType.DOUBLE)
            .list()
            .layer(new LSTM.Builder().nOut(6).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.recurrent(4))
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTLength(3)
            .build());
  }

  /** One layer that two branches share, by stacking their inputs. */
  static ComputationGraph shared() {
    ComputationGraph graph =
        new ComputationGraph(
            base(new Adam(1e-2), DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", new DenseLayer.Builder().nOut(8).build(), "in")
                .addLayer("right", new DenseLayer.Builder().nOut(8).build(), "in")
                .addVertex("stacked", new StackVertex(), "left", "right")
                .addLayer("shared", new DenseLayer.Builder().nOut(6).build(), "stacked")
                .addVertex("first", new UnstackVertex(0, 2), "shared")
                .addVertex("second", new UnstackVertex(1, 2), "shared")
                .addLayer("out", output(), "first", "second")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(12))
                .build());
    graph.init();
    return graph;
  }

  /** A variable that is read twice, so its gradient is a sum. */
  static SameDiff sameDiff(IUpdater updater, DataType type) {
    Nd4j.getRandom().setSeed(11);
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", type, -1, 12);
    SDVariable label = sd.placeHolder("label", type, -1, 3);
    SDVariable w1 = sd.var("w1", Nd4j.randn(type, 12, 20).muli(0.3));
    SDVariable b1 = sd.var("b1", Nd4j.zeros(type, 20));
    SDVariable w2 = sd.var("w2", Nd4j.randn(type, 20, 20).muli(0.3));
    SDVariable w3 = sd.var("w3", Nd4j.randn(type, 20, 3).muli(0.3));
    SDVariable hidden = sd.math().tanh(in.mmul(w1).add(b1));
    hidden = sd.math().tanh(hidden.mmul(w2));
    hidden = sd.math().tanh(hidden.mmul(w2));
    sd.loss.softmaxCrossEntropy("loss", label, hidden.mmul("logits", w3), null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(updater)
            .regularization(new L2Regularization(1e-3), new WeightDecay(1e-3, true))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    return sd;
  }

  private static MultiLayerNetwork init(
      org.deeplearning4j.nn.conf.MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  static List<DataSet> batches(DataType type, int count) {
    List<DataSet> batches = new ArrayList<>();
    org.nd4j.linalg.api.rng.Random random = Nd4j.getRandomFactory().getNewRandomInstance(17);
    for (int i = 0; i < count; i++) {
      INDArray features = Nd4j.rand(random, 16, 12).castTo(type).subi(0.5);
      INDArray labels = Nd4j.zeros(type, 16, 3);
      for (int row = 0; row < 16; row++) {
        int label = features.getDouble(row, 0) > 0 ? 0 : features.getDouble(row, 1) > 0 ? 1 : 2;
        labels.putScalar(row, label, 1);
      }
      batches.add(new DataSet(features, labels));
    }
    return batches;
  }

  static DataSet sequences() {
    org.nd4j.linalg.api.rng.Random random = Nd4j.getRandomFactory().getNewRandomInstance(19);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 5, 3, 9);
    labels
        .get(
            org.nd4j.linalg.indexing.NDArrayIndex.all(),
            org.nd4j.linalg.indexing.NDArrayIndex.point(1),
            org.nd4j.linalg.indexing.NDArrayIndex.all())
        .assign(1);
    return new DataSet(Nd4j.rand(random, 5, 4, 9).castTo(DataType.DOUBLE), labels);
  }

  /** Prunes at steps 3, 6 and 9. */
  static GradualMagnitudePruning.Builder gradual() {
    return GradualMagnitudePruning.builder().finalSparsity(0.9).end(9).every(3);
  }

  /** Prunes at steps 3, 6 and 9, and regrows until step 18. */
  static GraNet.Builder granet() {
    return GraNet.builder().finalSparsity(0.9).end(9).every(3).iterations(20);
  }
}

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
package org.dl4jprune.examples.net;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J networks for 28 by 28 grey images in ten classes. One seed always gives the same parameters,
 * bit by bit.
 *
 * <table>
 *   <caption>What there is, smallest first</caption>
 *   <tr><th>network</th><th>class</th><th>parameters</th></tr>
 *   <tr><td>{@code lenet5}</td><td>MultiLayerNetwork</td><td>44,426</td></tr>
 *   <tr><td>{@code resnet}</td><td>ComputationGraph</td><td>78,426</td></tr>
 *   <tr><td>{@code mlp}</td><td>MultiLayerNetwork</td><td>266,610</td></tr>
 *   <tr><td>{@code lenet}</td><td>MultiLayerNetwork</td><td>431,080</td></tr>
 * </table>
 */
public final class Networks {

  /** The number of pixels of an image. */
  static final int PIXELS = 784;

  /** The number of classes. */
  static final int CLASSES = 10;

  private static final InputType IMAGE = InputType.convolutionalFlat(28, 28, 1);

  private Networks() {}

  /**
   * Builds LeNet-300-100, the multilayer perceptron of the pruning literature, without L2 penalty.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the network, initialised
   */
  public static MultiLayerNetwork mlp(long seed, IUpdater updater, DataType type) {
    return mlp(seed, updater, type, 0);
  }

  /**
   * Builds LeNet-300-100: dense layers of 300 and 100 units.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty on the weights, 0 for none
   * @return the network, initialised
   */
  public static MultiLayerNetwork mlp(long seed, IUpdater updater, DataType type, double l2) {
    return initialised(
        common(seed, updater, type, l2)
            .list()
            .layer(dense(300))
            .layer(dense(100))
            .layer(output())
            .setInputType(InputType.feedForward(PIXELS)));
  }

  /**
   * Builds LeNet-300-100 with a batch normalisation behind each hidden layer, in front of the ReLU.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @return the network, initialised
   */
  public static MultiLayerNetwork normalisedMlp(long seed, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder layers = common(seed, updater, DataType.FLOAT, 0).list();
    for (int units : new int[] {300, 100}) {
      layers.layer(new DenseLayer.Builder().nOut(units).activation(Activation.IDENTITY).build());
      layers.layer(new BatchNormalization.Builder().activation(Activation.RELU).build());
    }
    return initialised(
        layers
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.feedForward(PIXELS)));
  }

  /**
   * Builds a small LeNet-5 without L2 penalty.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the network, initialised
   */
  public static MultiLayerNetwork lenet5(long seed, IUpdater updater, DataType type) {
    return lenet5(seed, updater, type, 0);
  }

  /**
   * Builds LeNet-5 with ReLU and max pooling: 5 by 5 convolutions of 6 and 16 filters, then dense
   * layers of 120 and 84 units. Images are not padded, so 256 values reach the first dense layer.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty on the weights, 0 for none
   * @return the network, initialised
   */
  public static MultiLayerNetwork lenet5(long seed, IUpdater updater, DataType type, double l2) {
    return initialised(
        common(seed, updater, type, l2)
            .list()
            .layer(convolution(6))
            .layer(pool())
            .layer(convolution(16))
            .layer(pool())
            .layer(dense(120))
            .layer(dense(84))
            .layer(output())
            .setInputType(IMAGE));
  }

  /**
   * Builds Caffe's LeNet without L2 penalty.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the network, initialised
   */
  public static MultiLayerNetwork lenet(long seed, IUpdater updater, DataType type) {
    return lenet(seed, updater, type, 0);
  }

  /**
   * Builds Caffe's LeNet, which papers often call LeNet-5: 5 by 5 convolutions of 20 and 50
   * filters, then a dense layer of 500 units.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty on the weights, 0 for none
   * @return the network, initialised
   */
  public static MultiLayerNetwork lenet(long seed, IUpdater updater, DataType type, double l2) {
    return initialised(
        common(seed, updater, type, l2)
            .list()
            .layer(convolution(20))
            .layer(pool())
            .layer(convolution(50))
            .layer(pool())
            .layer(dense(500))
            .layer(output())
            .setInputType(IMAGE));
  }

  /**
   * Builds a small residual network without L2 penalty.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the network, initialised
   */
  public static ComputationGraph resnet(long seed, IUpdater updater, DataType type) {
    return resnet(seed, updater, type, 0);
  }

  /**
   * Builds a residual network of three stages, 16, 32 and 64 channels, with one block each: batch
   * normalisation, ReLU, 1 by 1 convolutions where a shortcut changes shape, global average
   * pooling.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty on the weights, 0 for none
   * @return the network, initialised
   */
  public static ComputationGraph resnet(long seed, IUpdater updater, DataType type, double l2) {
    NeuralNetConfiguration.Builder common =
        common(seed, updater, type, l2).convolutionMode(ConvolutionMode.Same);
    ComputationGraph network =
        new ComputationGraph(ResidualNetwork.of(common, IMAGE, output(), 16, 32, 64));
    network.init();
    return network;
  }

  /**
   * Builds a residual network of any depth for square grey images: stages as in {@link #resnet},
   * with several blocks each. All blocks have an identity shortcut but the first of every stage
   * after the first.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param side the height and width of the images, [n, 1, side, side]
   * @param blocks in each stage, at least 1
   * @param channels of each stage
   * @return the network, initialised, in FLOAT
   */
  public static ComputationGraph residual(
      long seed, IUpdater updater, int side, int blocks, int... channels) {
    NeuralNetConfiguration.Builder common =
        common(seed, updater, DataType.FLOAT, 0).convolutionMode(ConvolutionMode.Same);
    ComputationGraph network =
        new ComputationGraph(
            ResidualNetwork.deep(
                common, InputType.convolutional(side, side, 1), output(), blocks, channels));
    network.init();
    return network;
  }

  /**
   * Builds a perceptron as a graph.
   *
   * @param seed what the initial parameters follow from
   * @param updater the optimiser
   * @param type the parameters' type
   * @param hidden the widths of the hidden layers
   * @return the network, initialised, with layers {@code hidden1}, {@code hidden2}, … and {@code
   *     output}
   */
  public static ComputationGraph perceptron(
      long seed, IUpdater updater, DataType type, int... hidden) {
    ComputationGraphConfiguration.GraphBuilder graph =
        common(seed, updater, type, 0).graphBuilder().addInputs("input");
    String before = "input";
    for (int i = 0; i < hidden.length; i++) {
      String name = "hidden" + (i + 1);
      graph.addLayer(name, dense(hidden[i]), before);
      before = name;
    }
    ComputationGraph network =
        new ComputationGraph(
            graph
                .addLayer("output", output(), before)
                .setOutputs("output")
                .setInputTypes(InputType.feedForward(PIXELS))
                .build());
    network.init();
    return network;
  }

  private static NeuralNetConfiguration.Builder common(
      long seed, IUpdater updater, DataType type, double l2) {
    checkPenalty(l2);
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .dataType(type)
            .weightInit(WeightInit.RELU);
    return l2 > 0 ? builder.l2(l2) : builder;
  }

  static void checkPenalty(double l2) {
    if (!(l2 >= 0)) {
      throw new IllegalArgumentException(
          "the L2 penalty %s is negative or not a number; give 0 for none".formatted(l2));
    }
  }

  private static MultiLayerNetwork initialised(NeuralNetConfiguration.ListBuilder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int filters) {
    return new ConvolutionLayer.Builder(5, 5).nOut(filters).activation(Activation.RELU).build();
  }

  private static SubsamplingLayer pool() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .weightInit(WeightInit.XAVIER)
        .build();
  }
}

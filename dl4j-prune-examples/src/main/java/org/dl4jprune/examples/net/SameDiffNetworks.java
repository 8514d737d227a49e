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

import org.dl4jprune.io.RandomState;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * SameDiff twins of {@link Networks}: the same layers and numbers of parameters, with SameDiff's
 * own layouts and other initial values. One seed always gives the same parameters, bit by bit.
 *
 * <p>The placeholders are {@code input} [n, 784] and {@code label} [n, 10], the outputs {@code
 * logits} and {@code softmax}, the loss is {@code loss}. A layer's parameters are named after it:
 * {@code fc1_W} [in, out] and {@code fc1_b} [out]; {@code conv1_W} [height, width, in, out] and
 * {@code conv1_b} [out].
 */
public final class SameDiffNetworks {

  /** The placeholder for the images. */
  public static final String INPUT = "input";

  /** The placeholder for the classes, one-hot. */
  public static final String LABEL = "label";

  /** The output: the probability of each class. */
  public static final String OUTPUT = "softmax";

  private static final int KERNEL = 5;

  private final SameDiff sd = SameDiff.create();
  private final DataType type;

  private SameDiffNetworks(long seed, DataType type) {
    this.type = type;
    RandomState.seed(seed);
  }

  /**
   * Builds LeNet-300-100 without L2 penalty.
   *
   * @param seed what the initial parameters follow from; ND4J's random state is set to it
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the graph, ready for {@code fit}
   */
  public static SameDiff mlp(long seed, IUpdater updater, DataType type) {
    return mlp(seed, updater, type, 0);
  }

  /**
   * Builds LeNet-300-100: dense layers {@code fc1} and {@code fc2} of 300 and 100 units, and {@code
   * fc3}.
   *
   * @param seed what the initial parameters follow from; ND4J's random state is set to it
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty, 0 for none; SameDiff applies it to biases as well
   * @return the graph, ready for {@code fit}
   */
  public static SameDiff mlp(long seed, IUpdater updater, DataType type, double l2) {
    SameDiffNetworks net = new SameDiffNetworks(seed, type);
    SDVariable hidden = net.dense("fc1", net.images(), Networks.PIXELS, 300);
    hidden = net.dense("fc2", hidden, 300, 100);
    return net.finish(net.linear("fc3", hidden, 100, Networks.CLASSES), updater, l2);
  }

  /**
   * Builds LeNet-5 without L2 penalty.
   *
   * @param seed what the initial parameters follow from; ND4J's random state is set to it
   * @param updater the optimiser
   * @param type the parameters' type
   * @return the graph, ready for {@code fit}
   */
  public static SameDiff lenet5(long seed, IUpdater updater, DataType type) {
    return lenet5(seed, updater, type, 0);
  }

  /**
   * Builds LeNet-5 as {@link Networks#lenet5(long, IUpdater, DataType, double)} does: {@code conv1}
   * and {@code conv2} of 6 and 16 filters, dense layers {@code fc1} and {@code fc2} of 120 and 84
   * units, and {@code fc3}.
   *
   * @param seed what the initial parameters follow from; ND4J's random state is set to it
   * @param updater the optimiser
   * @param type the parameters' type
   * @param l2 the L2 penalty, 0 for none; SameDiff applies it to biases as well
   * @return the graph, ready for {@code fit}
   */
  public static SameDiff lenet5(long seed, IUpdater updater, DataType type, double l2) {
    SameDiffNetworks net = new SameDiffNetworks(seed, type);
    SDVariable image = net.sd.reshape("image", net.images(), -1, 1, 28, 28);
    SDVariable maps = net.convolution("conv1", image, 1, 6);
    maps = net.convolution("conv2", maps, 6, 16);
    SDVariable flat = net.sd.reshape("flat", maps, -1, 256);
    SDVariable hidden = net.dense("fc1", flat, 256, 120);
    hidden = net.dense("fc2", hidden, 120, 84);
    return net.finish(net.linear("fc3", hidden, 84, Networks.CLASSES), updater, l2);
  }

  private SDVariable images() {
    return sd.placeHolder(INPUT, type, -1, Networks.PIXELS);
  }

  /**
   * Multiplies and adds in two operations. One {@code sd.nn.linear} would do, but in 1.0.0-M2.1
   * graphs with it train wrongly, without an error, from the second batch of one {@code fit} on.
   */
  private SDVariable linear(String name, SDVariable input, int in, int out) {
    SDVariable product = sd.mmul(name + "_xW", input, weights(name + "_W", in, in, out));
    return product.add(name, bias(name + "_b", out));
  }

  private SDVariable dense(String name, SDVariable input, int in, int out) {
    return sd.nn.relu(name + "_relu", linear(name, input, in, out), 0);
  }

  private SDVariable convolution(String name, SDVariable input, int in, int out) {
    SDVariable weights = weights(name + "_W", KERNEL * KERNEL * in, KERNEL, KERNEL, in, out);
    Conv2DConfig shape = Conv2DConfig.builder().kH(KERNEL).kW(KERNEL).build();
    SDVariable maps = sd.cnn.conv2d(name, input, weights, bias(name + "_b", out), shape);
    Pooling2DConfig half = Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).build();
    return sd.cnn.maxPooling2d(name + "_pool", sd.nn.relu(name + "_relu", maps, 0), half);
  }

  /** Draws normal weights whose variance keeps ReLU layers' activations in scale (He, 2015). */
  private SDVariable weights(String name, int fanIn, long... shape) {
    INDArray drawn = Nd4j.randn(type, shape).muli(Math.sqrt(2.0 / fanIn));
    return sd.var(name, drawn);
  }

  private SDVariable bias(String name, int units) {
    return sd.var(name, Nd4j.zeros(type, units));
  }

  private SameDiff finish(SDVariable scores, IUpdater updater, double l2) {
    Networks.checkPenalty(l2);
    SDVariable label = sd.placeHolder(LABEL, type, -1, Networks.CLASSES);
    SDVariable logits = sd.identity("logits", scores);
    sd.nn.softmax(OUTPUT, logits, 1);
    sd.loss.softmaxCrossEntropy("loss", label, logits, null);
    sd.setLossVariables("loss");
    TrainingConfig.Builder training =
        new TrainingConfig.Builder()
            .updater(updater)
            .dataSetFeatureMapping(INPUT)
            .dataSetLabelMapping(LABEL);
    sd.setTrainingConfig((l2 > 0 ? training.l2(l2) : training).build());
    return sd;
  }
}

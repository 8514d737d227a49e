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
package org.dl4jprune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import org.apache.spark.SparkConf;
import org.apache.spark.io.LZ4CompressionCodec;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.listeners.RoundPruning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sizes of what travels, for LeNet-300-100 with Adam. */
class TrafficTest {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficTest.class);

  /**
   * What Java's serialisation adds: names of classes and fields and shapes, and 5 bytes for 1 kB.
   */
  static void same(long formula, int written) {
    assertTrue(
        written >= formula && written <= 1.005 * formula + 1_500,
        written + " bytes are written, and the formula says " + formula);
  }

  private static MultiLayerNetwork lenet() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Cluster.base(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nOut(300).build())
                .layer(new DenseLayer.Builder().nOut(100).build())
                .layer(Cluster.output())
                .setInputType(InputType.feedForward(784))
                .build());
    network.init();
    return network;
  }

  private static Traffic traffic(MultiLayerNetwork network, double sparsity) throws IOException {
    RoundPruning rounds = RoundPruning.of(OneShot.builder().sparsity(sparsity).build(), network);
    try (Shipping shipping = new Shipping(rounds, true)) {
      Traffic traffic = shipping.traffic(shipping.message(), 0);
      same(traffic.down(), serialised(shipping.message()));
      return traffic;
    }
  }

  static int serialised(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.size();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.8, 0.9, 0.95, 0.99})
  void liveValuesTravelAndMasksAtTheirEntropy(double sparsity) throws IOException {
    MultiLayerNetwork network = lenet();
    Traffic traffic = traffic(network, sparsity);
    long weights = 784 * 300 + 300 * 100 + 100 * 3;
    long live = network.numParams() - Math.round(sparsity * weights);
    assertEquals(4 * live, traffic.parameters());
    assertEquals(8 * live, traffic.updaterState());
    double bits =
        -sparsity * Math.log(sparsity) / Math.log(2)
            - (1 - sparsity) * Math.log(1 - sparsity) / Math.log(2);
    // Zeros by magnitude are spread almost evenly over the weights of a new network; the layers
    // have different sparsities, which can only make the masks shorter.
    assertTrue(traffic.masks() <= 1.05 * weights * bits / 8 * 4 / 3 + 600, traffic::toString);
    assertTrue(traffic.masks() >= 0.7 * weights * bits / 8 * 4 / 3, traffic::toString);
  }

  /** Spark compresses broadcasts, and zeros at places of their own compress too. */
  @Test
  void afterCompressionItIsLessThanHalf() throws IOException {
    MultiLayerNetwork network = lenet();
    PruningListener listener = OneShot.builder().sparsity(0.9).build().attach(network);
    network.setListeners(listener);
    for (int step = 0; step < 3; step++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 16, 3);
      labels.getColumn(step).assign(1);
      network.fit(Nd4j.rand(DataType.FLOAT, 16, 784), labels);
    }
    int dense =
        compressed(
            new NetBroadcastTuple(
                network.getLayerWiseConfigurations(),
                network.params(),
                network.getUpdater().getStateViewArray()));
    int sparse = compressed(ModelMessage.of(network, listener.masks(), true));
    LOG.info("after LZ4: {} bytes of DL4J's own message, {} of this one", dense, sparse);
    assertTrue(dense < 12 * network.numParams(), dense + " bytes after compression");
    assertTrue(sparse < 0.5 * dense, sparse + " against " + dense);
  }

  private static int compressed(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out =
        new ObjectOutputStream(
            new LZ4CompressionCodec(new SparkConf()).compressedOutputStream(bytes))) {
      out.writeObject(object);
    }
    return bytes.size();
  }

  @Test
  void atNinetyPercentARoundIsANinthOfADenseOne() throws IOException {
    MultiLayerNetwork network = lenet();
    Traffic traffic = traffic(network, 0.9);
    long dense = 4 * 3 * network.numParams();
    double down = (double) traffic.down() / dense;
    double up = (double) traffic.up() / dense;
    assertTrue(down > 0.10 && down < 0.14, traffic + " of " + dense);
    assertTrue(up > 0.10 && up < 0.11, traffic + " of " + dense);
    LOG.info("{}, {} of a dense message's {} bytes down, {} up", traffic, down, dense, up);
  }
}

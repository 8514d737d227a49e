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
package org.dl4jprune.benchmarks;

import java.io.File;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.examples.net.Networks;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of one inference: of the networks of the examples, or of saved networks for images of 28
 * by 28 with {@code -p model=before.zip,after.zip}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ModelLatency {
  private static final int PIXELS = 784;

  /** {@code lenet}, {@code resnet}, or the path of a file that DL4J saved. */
  @Param({"lenet", "resnet"})
  public String model;

  /** The number of images. */
  @Param({"1", "32"})
  public int batch;

  private MultiLayerNetwork network;
  private ComputationGraph graph;
  private INDArray images;

  /** For JMH. */
  public ModelLatency() {}

  /**
   * Builds or loads the model and draws the images.
   *
   * @throws Exception if the file is no model
   */
  @Setup
  public void load() throws Exception {
    Nd4j.getRandom().setSeed(1);
    images = Nd4j.rand(DataType.FLOAT, batch, PIXELS);
    switch (model) {
      case "lenet" -> network = Networks.lenet(1, new Adam(1e-3), DataType.FLOAT);
      case "resnet" -> graph = Networks.resnet(1, new Adam(1e-3), DataType.FLOAT);
      default -> read(new File(model));
    }
  }

  private void read(File file) throws Exception {
    try {
      network = ModelSerializer.restoreMultiLayerNetwork(file, false);
    } catch (RuntimeException e) {
      graph = ModelSerializer.restoreComputationGraph(file, false);
    }
  }

  /**
   * One inference.
   *
   * @return the outputs
   */
  @Benchmark
  public INDArray output() {
    return network != null ? network.output(images) : graph.outputSingle(images);
  }
}

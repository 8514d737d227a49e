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
package org.dl4jprune.gates;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The configuration of a vertex that multiplies an activation [examples, channels, …] by gates
 * [examples, gates], each gate over the same number of consecutive channels: h = r ⊙ g.
 */
public final class GateProduct extends GraphVertex {
  private final boolean channelsLast;

  /**
   * A product.
   *
   * @param channelsLast whether channels are the last axis instead of axis 1
   */
  public GateProduct(@JsonProperty("channelsLast") boolean channelsLast) {
    this.channelsLast = channelsLast;
  }

  /**
   * Whether channels are the last axis instead of axis 1.
   *
   * @return true for NHWC and NWC
   */
  public boolean isChannelsLast() {
    return channelsLast;
  }

  @Override
  public GraphVertex clone() {
    return new GateProduct(channelsLast);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GateProduct that && channelsLast == that.channelsLast;
  }

  @Override
  public int hashCode() {
    return Boolean.hashCode(channelsLast);
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int idx,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDatatype) {
    return new RunningGateProduct(graph, name, idx, channelsLast, networkDatatype);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
    return vertexInputs[0];
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputTypes) {
    return new LayerMemoryReport.Builder(null, GateProduct.class, inputTypes[0], inputTypes[0])
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }
}

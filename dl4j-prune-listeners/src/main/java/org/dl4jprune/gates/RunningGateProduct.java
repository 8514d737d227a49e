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

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Multiplies an activation r by gates g; ∂r = ε ⊙ g and ∂g = Σ r ε over positions and channels. */
@SuppressWarnings("overrides") // DL4J overrides varargs by an array
final class RunningGateProduct extends BaseGraphVertex {
  private final boolean channelsLast;

  RunningGateProduct(
      ComputationGraph graph, String name, int index, boolean channelsLast, DataType dataType) {
    super(graph, name, index, null, null, dataType);
    this.channelsLast = channelsLast;
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
    INDArray result = workspaceMgr.dup(ArrayType.ACTIVATIONS, inputs[0], inputs[0].ordering());
    return result.muli(Channels.spread(inputs[1], result, channelsLast));
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
    INDArray ofActivation =
        workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, epsilon.ordering());
    ofActivation.muli(Channels.spread(inputs[1], ofActivation, channelsLast));
    INDArray ofGates =
        workspaceMgr.leverageTo(
            ArrayType.ACTIVATION_GRAD,
            Channels.gather(epsilon.mul(inputs[0]), inputs[1].size(1), channelsLast));
    return new Pair<>(null, new INDArray[] {ofActivation, ofGates});
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray backpropGradientsViewArray) {
    if (backpropGradientsViewArray != null) {
      throw new IllegalStateException("The product " + vertexName + " has no parameters");
    }
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
    return maskArrays == null || maskArrays.length == 0
        ? null
        : new Pair<>(maskArrays[0], currentMaskState);
  }

  @Override
  public String toString() {
    return "GateProduct(id=%d,name=\"%s\")".formatted(vertexIndex, vertexName);
  }
}

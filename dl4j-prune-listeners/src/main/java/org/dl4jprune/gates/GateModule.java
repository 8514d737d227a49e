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

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The configuration of a layer that computes gates from what it reads, one set for each example: g
 * = 1[σ(a) ≥ 0.5] with a = u·W + b and u the mean of the input over its positions. Takes [examples,
 * inputs, …], gives [examples, gates]. <a href="https://arxiv.org/abs/2302.10798">arXiv
 * 2302.10798</a>, step 1.
 *
 * <p>{@link ConsensusGates} inserts it beside a {@link GateProduct}; its parameters are {@code W}
 * [inputs, gates] and {@code b} [gates].
 */
public final class GateModule extends GateConfiguration {
  private boolean removable;

  /** An empty configuration, to be filled by Jackson or {@link ConsensusGates}. */
  public GateModule() {}

  /**
   * Whether all gates may close, since a residual connection leads around what is gated.
   *
   * @return false by default
   */
  public boolean isRemovable() {
    return removable;
  }

  /**
   * Whether all gates may close.
   *
   * @param removable true in a residual branch
   */
  public void setRemovable(boolean removable) {
    this.removable = removable;
  }

  @Override
  Map<String, long[]> parameterShapes() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("W", new long[] {getNIn(), getNOut()});
    shapes.put("b", new long[] {getNOut()});
    return shapes;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(getNOut());
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    RunningGateModule layer = new RunningGateModule(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && other instanceof GateModule that && removable == that.removable;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), removable);
  }
}

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
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The configuration of a layer that multiplies groups of consecutive channels by trained gates: h =
 * r ⊙ z(a), the same for all examples. One gate for each channel, each head or the whole layer, by
 * the number of gates. Takes and gives [examples, channels], with any number of further axes.
 *
 * <p>{@link Gates} inserts it; its only parameter is {@code gate} [gates], the logits.
 */
public final class GateLayer extends GateConfiguration {

  /** The key of the logits. */
  static final String KEY = "gate";

  private long gates;
  private boolean removable;

  /** An empty configuration, to be filled by Jackson or {@link Gates}. */
  public GateLayer() {}

  /**
   * The number of gates, a divisor of the number of channels.
   *
   * @return the number
   */
  public long getGates() {
    return gates;
  }

  /**
   * The number of gates.
   *
   * @param gates a divisor of the number of channels
   */
  public void setGates(long gates) {
    this.gates = gates;
  }

  /**
   * Whether all gates may close, since a residual connection leads around the layer.
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
    return Map.of(KEY, new long[] {gates});
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    RunningGateLayer layer = new RunningGateLayer(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof GateLayer that
        && gates == that.gates
        && removable == that.removable;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), gates, removable);
  }
}

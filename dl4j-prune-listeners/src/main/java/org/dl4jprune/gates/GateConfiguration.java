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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What the configurations of all gate layers share. They are part of the model's own configuration
 * and travel with it as JSON, YAML or in a saved model. Gates have no weight decay.
 */
abstract class GateConfiguration extends FeedForwardLayer {
  private Relaxation relaxation = Relaxation.STRAIGHT_THROUGH;
  private double initialLogit = 1;
  private double cost = 1;
  private boolean channelsLast;

  GateConfiguration() {
    setActivationFn(new ActivationIdentity());
    setWeightInitFn(new WeightInitConstant(0));
    // Where these are missing, DL4J takes a configuration for one of its old formats.
    setRegularization(new ArrayList<>());
    setRegularizationBias(new ArrayList<>());
  }

  /** The shape of each parameter by its key, in the order in which they are stored. */
  abstract Map<String, long[]> parameterShapes();

  /**
   * How logits become gates.
   *
   * @return straight-through by default
   */
  public Relaxation getRelaxation() {
    return relaxation;
  }

  /**
   * How logits become gates.
   *
   * @param relaxation one of the three
   */
  public void setRelaxation(Relaxation relaxation) {
    this.relaxation = relaxation;
  }

  /**
   * The logit that every gate starts with.
   *
   * @return 1 by default, which is open
   */
  public double getInitialLogit() {
    return initialLogit;
  }

  /**
   * The logit that every gate starts with.
   *
   * @param initialLogit a finite number
   */
  public void setInitialLogit(double initialLogit) {
    this.initialLogit = initialLogit;
  }

  /**
   * What the gated layer costs, in any unit that all gates of the model share.
   *
   * @return 1 by default
   */
  public double getCost() {
    return cost;
  }

  /**
   * What the gated layer costs, in any unit that all gates of the model share.
   *
   * @param cost positive, such as the layer's multiply-accumulates
   */
  public void setCost(double cost) {
    this.cost = cost;
  }

  /**
   * Whether channels are the last axis instead of axis 1.
   *
   * @return false by default
   */
  public boolean isChannelsLast() {
    return channelsLast;
  }

  /**
   * Whether channels are the last axis instead of axis 1.
   *
   * @param channelsLast true for NHWC and NWC
   */
  public void setChannelsLast(boolean channelsLast) {
    this.channelsLast = channelsLast;
  }

  @Override
  public ParamInitializer initializer() {
    return new GateParameters(parameterShapes(), this::getInitialLogit);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    // The width is that of the gated layer, set when the gate is inserted.
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public List<Regularization> getRegularizationByParam(String paramName) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            getLayerName(), getClass(), inputType, getOutputType(-1, inputType))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof GateConfiguration that
        && relaxation == that.relaxation
        && Double.compare(initialLogit, that.initialLogit) == 0
        && Double.compare(cost, that.cost) == 0
        && channelsLast == that.channelsLast;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), relaxation, initialLogit, cost, channelsLast);
  }
}

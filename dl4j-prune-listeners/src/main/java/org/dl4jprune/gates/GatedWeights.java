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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The configuration of a wrapper around a layer that runs with W ⊙ z(a) in place of one of its
 * weights: a gate for each weight, or for each of as many equal groups of rows (the heads of {@code
 * Wo}). The weights underneath stay dense and are trained by the chain rule.
 *
 * <p>{@link Gates} wraps layers; the logits are the parameter {@code gate} behind those of the
 * wrapped layer.
 */
public final class GatedWeights extends BaseWrapperLayer {

  /** The key of the logits. */
  static final String KEY = "gate";

  private String key = "W";
  private long[] shape = {};
  private Relaxation relaxation = Relaxation.STRAIGHT_THROUGH;
  private double initialLogit = 1;
  private double cost = 1;

  /** An empty configuration, to be filled by Jackson. */
  public GatedWeights() {}

  GatedWeights(Layer underlying, String key, long[] shape) {
    super(underlying);
    this.key = key;
    this.shape = shape.clone();
    setLayerName(underlying.getLayerName());
  }

  /**
   * The key of the gated weights in the wrapped layer.
   *
   * @return such as {@code W}
   */
  public String getKey() {
    return key;
  }

  /**
   * The key of the gated weights.
   *
   * @param key such as {@code W}
   */
  public void setKey(String key) {
    this.key = key;
  }

  /**
   * The shape of the logits: that of the weights, or the number of groups of rows.
   *
   * @return the shape
   */
  public long[] getShape() {
    return shape.clone();
  }

  /**
   * The shape of the logits.
   *
   * @param shape that of the weights, or the number of groups of rows
   */
  public void setShape(long[] shape) {
    this.shape = shape.clone();
  }

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
   * What the gated weights cost, in any unit that all gates of the model share.
   *
   * @return 1 by default
   */
  public double getCost() {
    return cost;
  }

  /**
   * What the gated weights cost.
   *
   * @param cost positive
   */
  public void setCost(double cost) {
    this.cost = cost;
  }

  private GateParameters gates() {
    return new GateParameters(Map.of(KEY, shape), this::getInitialLogit);
  }

  @Override
  public ParamInitializer initializer() {
    return new Initializer();
  }

  @Override
  public List<Regularization> getRegularizationByParam(String paramName) {
    return KEY.equals(paramName) ? null : underlying.getRegularizationByParam(paramName);
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return underlying.getUpdaterByParam(KEY.equals(paramName) ? key : paramName);
  }

  @Override
  public Layer clone() {
    GatedWeights copy = (GatedWeights) super.clone();
    copy.underlying = underlying.clone();
    copy.shape = shape.clone();
    return copy;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    NeuralNetConfiguration inner = conf.clone();
    inner.setLayer(underlying);
    inner.clearVariables();
    INDArray flat = layerParamsView.reshape(layerParamsView.length());
    long own = underlying.initializer().numParams(inner);
    org.deeplearning4j.nn.api.Layer wrapped =
        underlying.instantiate(
            inner,
            trainingListeners,
            layerIndex,
            flat.get(NDArrayIndex.interval(0, own)),
            initializeParams,
            networkDataType);
    conf.clearVariables();
    wrapped.conf().variables().forEach(conf::addVariable);
    Map<String, INDArray> logits =
        gates().init(conf, flat.get(NDArrayIndex.interval(own, flat.length())), initializeParams);
    return new RunningGatedWeights(wrapped, conf, flat, logits.get(KEY));
  }

  /** The parameters of the wrapped layer, then the logits. */
  private final class Initializer implements ParamInitializer {
    private final ParamInitializer inner = underlying.initializer();

    @Override
    public long numParams(NeuralNetConfiguration conf) {
      return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
      return inner.numParams(underlying) + gates().numParams(layer);
    }

    @Override
    public List<String> paramKeys(Layer layer) {
      List<String> keys = new java.util.ArrayList<>(inner.paramKeys(underlying));
      keys.add(KEY);
      return keys;
    }

    @Override
    public List<String> weightKeys(Layer layer) {
      return inner.weightKeys(underlying);
    }

    @Override
    public List<String> biasKeys(Layer layer) {
      return inner.biasKeys(underlying);
    }

    @Override
    public boolean isWeightParam(Layer layer, String name) {
      return !KEY.equals(name) && inner.isWeightParam(underlying, name);
    }

    @Override
    public boolean isBiasParam(Layer layer, String name) {
      return !KEY.equals(name) && inner.isBiasParam(underlying, name);
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
      return split(conf, paramsView, true, initializeParams);
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray gradientView) {
      return split(conf, gradientView, false, false);
    }

    private Map<String, INDArray> split(
        NeuralNetConfiguration conf, INDArray view, boolean parameters, boolean initialise) {
      INDArray flat = view.reshape(view.length());
      long own = inner.numParams(underlying);
      INDArray front = flat.get(NDArrayIndex.interval(0, own));
      INDArray back = flat.get(NDArrayIndex.interval(own, flat.length()));
      NeuralNetConfiguration innerConf = conf.clone();
      innerConf.setLayer(underlying);
      Map<String, INDArray> all =
          new LinkedHashMap<>(
              parameters
                  ? inner.init(innerConf, front, initialise)
                  : inner.getGradientsFromFlattened(innerConf, front));
      all.putAll(
          parameters
              ? gates().init(innerConf, back, initialise)
              : gates().getGradientsFromFlattened(innerConf, back));
      return all;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GatedWeights that
        && underlying.equals(that.underlying)
        && key.equals(that.key)
        && java.util.Arrays.equals(shape, that.shape)
        && relaxation == that.relaxation
        && Double.compare(initialLogit, that.initialLogit) == 0
        && Double.compare(cost, that.cost) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        underlying, key, java.util.Arrays.hashCode(shape), relaxation, initialLogit, cost);
  }
}

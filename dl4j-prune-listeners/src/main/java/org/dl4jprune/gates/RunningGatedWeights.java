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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jprune.host.HostReads;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Runs a layer with W ⊙ z in place of W. The wrapped layer's table of parameters holds the product;
 * W itself stays in the model's vector of parameters. With G the wrapped layer's gradient, W gets G
 * ⊙ z and a logit gets dz/da · Σ G ⊙ W over the weights of its gate.
 */
final class RunningGatedWeights extends BaseWrapperLayer implements GateSites.Gated {
  private final NeuralNetConfiguration conf;
  private final INDArray flat;
  private final Map<String, INDArray> table = new LinkedHashMap<>();
  private final INDArray logits;
  private final INDArray product;
  private INDArray gradients;
  private INDArray gradient;
  private INDArray noise;

  RunningGatedWeights(
      Layer underlying, NeuralNetConfiguration conf, INDArray flat, INDArray logits) {
    super(underlying);
    this.conf = conf;
    this.flat = flat;
    this.logits = logits;
    table.putAll(underlying.paramTable());
    table.put(GatedWeights.KEY, logits);
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      product = weights().dup(weights().ordering());
    }
    underlying.paramTable().put(settings().getKey(), product);
  }

  private GatedWeights settings() {
    return (GatedWeights) conf.getLayer();
  }

  private INDArray weights() {
    return table.get(settings().getKey());
  }

  /** The key of the gated weights in the wrapped layer. */
  String key() {
    return settings().getKey();
  }

  /** The gates as they fold: their values, zero where they are closed. Changes nothing. */
  INDArray decision() {
    Relaxation relaxation = settings().getRelaxation();
    INDArray gates = relaxation.value(logits, null);
    return gates.muli(gates.gte(relaxation.threshold()).castTo(gates.dataType()));
  }

  /** The place of the largest logit in the order of the logits' memory. */
  long mostOpen() {
    return (long) HostReads.scalar(logits.reshape('c', new long[] {logits.length()}).argMax(0));
  }

  /** The weights without gates. */
  INDArray folded(INDArray decision) {
    return weights().mul(spread(decision));
  }

  boolean isOfHeads() {
    return logits.length() < weights().length();
  }

  @Override
  public String site() {
    return settings().getLayerName();
  }

  @Override
  public long gates() {
    return logits.length();
  }

  @Override
  public double cost() {
    return settings().getCost();
  }

  @Override
  public boolean removable() {
    return false;
  }

  private INDArray spread(INDArray gates) {
    return !isOfHeads()
        ? gates
        : Channels.spread(gates.reshape('c', 1, gates.length()), rows(weights()), false)
            .reshape('c', weights().size(0), 1)
            .broadcast(weights().shape());
  }

  /** The rows of a matrix as the channels of one example. */
  private static INDArray rows(INDArray matrix) {
    return matrix.reshape(1, matrix.size(0), matrix.size(1));
  }

  private void prepare(boolean training) {
    Relaxation relaxation = settings().getRelaxation();
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      noise = training ? relaxation.noise(logits) : null;
      product.assign(weights().mul(spread(relaxation.value(logits, noise))));
      GatePenalties penalties = RunningGate.penalties(underlying.getListeners());
      if (penalties != null) {
        long[] length = {logits.length()};
        penalties.report(
            site(),
            relaxation.open(logits).reshape('c', length),
            relaxation.value(logits, null).reshape('c', length));
      }
    }
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    prepare(training);
    return underlying.activate(training, workspaceMgr);
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaceMgr) {
    prepare(training);
    return underlying.activate(input, training, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Pair<Gradient, INDArray> result = underlying.backpropGradient(epsilon, workspaceMgr);
    INDArray ofProduct = result.getFirst().getGradientFor(settings().getKey());
    Relaxation relaxation = settings().getRelaxation();
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray task = ofProduct.mul(weights());
      if (isOfHeads()) {
        task =
            Channels.gather(rows(task.dup('c')), logits.length(), false)
                .reshape('c', logits.shape());
      }
      gradient.assign(task.mul(relaxation.slope(logits, noise)));
      ofProduct.muli(spread(relaxation.value(logits, noise)));
      addPenalties(relaxation, epsilon);
    }
    result.getFirst().setGradientFor(GatedWeights.KEY, gradient, 'c');
    return result;
  }

  private void addPenalties(Relaxation relaxation, INDArray epsilon) {
    GatePenalties penalties = RunningGate.penalties(underlying.getListeners());
    if (penalties == null) {
      return;
    }
    double examples = RunningGate.examples(conf, penalties, epsilon);
    INDArray ofOpen = penalties.gradient(site(), false, getIterationCount());
    if (ofOpen != null) {
      gradient.addi(
          ofOpen.reshape('c', logits.shape()).mul(relaxation.openSlope(logits)).muli(examples));
    }
    INDArray ofValues = penalties.gradient(site(), true, getIterationCount());
    if (ofValues != null) {
      gradient.addi(
          ofValues.reshape('c', logits.shape()).mul(relaxation.slope(logits, null)).muli(examples));
    }
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    double score = 0;
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      List<Regularization> all = settings().getRegularizationByParam(entry.getKey());
      if (all != null) {
        for (Regularization one : all) {
          score += one.score(entry.getValue(), getIterationCount(), getEpochCount());
        }
      }
    }
    GatePenalties penalties = RunningGate.penalties(underlying.getListeners());
    return penalties == null ? score : score + penalties.score(site(), getIterationCount());
  }

  @Override
  public NeuralNetConfiguration conf() {
    return conf;
  }

  @Override
  public TrainingConfig getConfig() {
    return conf.getLayer();
  }

  @Override
  public INDArray params() {
    return flat;
  }

  @Override
  public long numParams() {
    return flat.length();
  }

  @Override
  public long numParams(boolean backwards) {
    return flat.length();
  }

  @Override
  public INDArray getParam(String param) {
    return table.get(param);
  }

  @Override
  public Map<String, INDArray> paramTable() {
    return table;
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
    return table;
  }

  @Override
  public void setParamTable(Map<String, INDArray> values) {
    values.forEach(this::setParam);
  }

  @Override
  public void setParam(String key, INDArray value) {
    table.get(key).assign(value);
  }

  @Override
  public void setParams(INDArray params) {
    flat.assign(params.reshape(flat.shape()));
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    INDArray vector = view.reshape(view.length());
    long own = view.length() - logits.length();
    underlying.setBackpropGradientsViewArray(vector.get(NDArrayIndex.interval(0, own)));
    gradient = vector.get(NDArrayIndex.interval(own, view.length())).reshape('c', logits.shape());
  }
}

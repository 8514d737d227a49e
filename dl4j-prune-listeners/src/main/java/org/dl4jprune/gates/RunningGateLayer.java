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

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Multiplies channels by gates. With r what enters and ε the gradient that comes from above, the
 * gradient of a logit is dz/da · Σ r ε over the examples, positions and channels of its gate.
 */
final class RunningGateLayer extends RunningGate<GateLayer> {
  private transient INDArray noise;

  RunningGateLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public long gates() {
    return layerConf().getGates();
  }

  @Override
  public boolean removable() {
    return layerConf().isRemovable();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    Relaxation relaxation = layerConf().getRelaxation();
    INDArray logits = getParam(GateLayer.KEY);
    INDArray result = workspaceMgr.dup(ArrayType.ACTIVATIONS, input, input.ordering());
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      noise = training ? relaxation.noise(logits) : null;
      INDArray gates = relaxation.value(logits, noise);
      GatePenalties penalties = penalties();
      if (penalties != null) {
        penalties.report(site(), relaxation.open(logits), relaxation.value(logits, null));
      }
      result.muli(spread(gates, result));
    }
    return result;
  }

  private INDArray spread(INDArray gates, INDArray like) {
    return Channels.spread(
        gates.reshape('c', 1, gates.length()), like, layerConf().isChannelsLast());
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    Relaxation relaxation = layerConf().getRelaxation();
    INDArray logits = getParam(GateLayer.KEY);
    INDArray gradient = gradientViews.get(GateLayer.KEY);
    INDArray next = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, epsilon.ordering());
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray task =
          Channels.gather(epsilon.mul(input), gates(), layerConf().isChannelsLast()).sum(0);
      gradient.assign(task.muli(relaxation.slope(logits, noise)));
      addPenalties(relaxation, logits, gradient);
      next.muli(spread(relaxation.value(logits, noise), next));
    }
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor(GateLayer.KEY, gradient, 'c');
    return new Pair<>(gradients, next);
  }

  private void addPenalties(Relaxation relaxation, INDArray logits, INDArray gradient) {
    GatePenalties penalties = penalties();
    if (penalties == null) {
      return;
    }
    double examples = examples(conf(), penalties, input);
    INDArray ofOpen = penalties.gradient(site(), false, getIterationCount());
    if (ofOpen != null) {
      gradient.addi(ofOpen.mul(relaxation.openSlope(logits)).muli(examples));
    }
    INDArray ofValues = penalties.gradient(site(), true, getIterationCount());
    if (ofValues != null) {
      gradient.addi(ofValues.mul(relaxation.slope(logits, null)).muli(examples));
    }
  }
}

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

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jprune.host.HostReads;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes one gate for each example and channel. The penalties' derivative with respect to the
 * mean over the minibatch is added to the gradient of each example, without the 1/N, since DL4J
 * divides by the size of the minibatch later.
 */
final class RunningGateModule extends RunningGate<GateModule> {

  RunningGateModule(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public long gates() {
    return layerConf().getNOut();
  }

  @Override
  public boolean removable() {
    return layerConf().isRemovable();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    INDArray result =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATIONS, input.dataType(), input.size(0), gates());
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray logits = logits(mean());
      if (!Double.isFinite(HostReads.scalar(logits.sum()))) {
        throw new IllegalStateException(
            "The gates of %s are not finite; lower the learning rate or the penalties' weights"
                .formatted(site()));
      }
      result.assign(layerConf().getRelaxation().value(logits, null));
      GatePenalties penalties = penalties();
      if (penalties != null) {
        INDArray mean = result.mean(0);
        penalties.report(site(), mean, mean);
        if (training && input.size(0) == 1) {
          penalties.oneExample(site());
        }
      }
    }
    return result;
  }

  private INDArray mean() {
    int[] positions = positionAxes();
    return positions.length == 0 ? input : input.mean(positions);
  }

  private int[] positionAxes() {
    int channel = layerConf().isChannelsLast() ? input.rank() - 1 : 1;
    return IntStream.range(1, input.rank()).filter(axis -> axis != channel).toArray();
  }

  private INDArray logits(INDArray mean) {
    return mean.mmul(getParam("W")).addiRowVector(getParam("b"));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray next =
        workspaceMgr.create(ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'c');
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray mean = mean();
      INDArray delta = epsilon.dup('c');
      GatePenalties penalties = penalties();
      if (penalties != null) {
        double each = examples(conf(), penalties, input) / input.size(0);
        addPenalty(delta, penalties.gradient(site(), false, getIterationCount()), each);
        addPenalty(delta, penalties.gradient(site(), true, getIterationCount()), each);
      }
      delta.muli(layerConf().getRelaxation().slope(logits(mean), null));
      gradientViews.get("W").assign(mean.transpose().mmul(delta));
      gradientViews.get("b").assign(delta.sum(0));
      INDArray ofMean = delta.mmul(getParam("W").transpose());
      ofMean.divi(Channels.positions(input, layerConf().isChannelsLast()));
      next.addi(Channels.spread(ofMean, next, layerConf().isChannelsLast()));
    }
    Gradient gradients = new DefaultGradient();
    gradients.setGradientFor("W", gradientViews.get("W"), 'c');
    gradients.setGradientFor("b", gradientViews.get("b"), 'c');
    return new Pair<>(gradients, next);
  }

  private static void addPenalty(INDArray delta, INDArray ofMean, double each) {
    if (ofMean != null) {
      delta.addiRowVector(ofMean.mul(each));
    }
  }
}

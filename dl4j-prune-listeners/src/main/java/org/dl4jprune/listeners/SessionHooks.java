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
package org.dl4jprune.listeners;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The hooks of both listener interfaces that drive a session. */
abstract class SessionHooks extends TrainingHooks {
  private final Map<String, ParameterBlock> blockOfGradient = new HashMap<>();

  /** The session, joined to this model if it was not before. */
  abstract StepSession session(Object model);

  /** The session of the training that is under way. */
  abstract StepSession session();

  @Override
  public void onEpochStart(Model model) {
    session(model);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    session(model);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    session(model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    StepSession session = session(model);
    PrunableModel view = session.model();
    INDArray gradient = view.rawGradient();
    session.gradientAvailable(view.blocks().get(0), gradient, view.iteration());
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    session(model).stepDone(iteration);
  }

  @Override
  public void onEpochEnd(Model model) {
    StepSession session = session(model);
    session.epochDone(session.model().epoch());
  }

  @Override
  public void epochStart(SameDiff graph, At at) {
    session(graph);
  }

  @Override
  public void iterationStart(SameDiff graph, At at, MultiDataSet batch, long loadTime) {
    StepSession session = session(graph);
    if (blockOfGradient.isEmpty()) {
      for (ParameterBlock block : session.model().blocks()) {
        SDVariable gradient = graph.getVariable(block.name()).getGradient();
        if (gradient != null) {
          blockOfGradient.put(gradient.name(), block);
        }
      }
    }
  }

  @Override
  public void activationAvailable(
      SameDiff graph,
      At at,
      MultiDataSet batch,
      SameDiffOp op,
      String variable,
      INDArray activation) {
    ParameterBlock block = blockOfGradient.get(variable);
    if (block != null) {
      session().gradientAvailable(block, activation, at.iteration());
    }
  }

  // The graph given here is SameDiff's own gradient function, not the one the user trains.
  @Override
  public void iterationDone(SameDiff gradientFunction, At at, MultiDataSet batch, Loss loss) {
    session().stepDone(at.iteration());
  }

  @Override
  public ListenerResponse epochEnd(SameDiff graph, At at, LossCurve losses, long milliseconds) {
    session().epochDone(at.epoch());
    return ListenerResponse.CONTINUE;
  }
}

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

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.ListenerVariables;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The hooks of both listener interfaces at which pruning has nothing to do. */
abstract class TrainingHooks implements TrainingListener, Listener {

  @Override
  public void onBackwardPass(Model model) {}

  @Override
  public ListenerVariables requiredVariables(SameDiff graph) {
    return ListenerVariables.empty();
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  @Override
  public ListenerResponse validationDone(SameDiff graph, At at, long milliseconds) {
    return ListenerResponse.CONTINUE;
  }

  @Override
  public void operationStart(SameDiff gradientFunction, Operation operation) {}

  @Override
  public void operationEnd(SameDiff gradientFunction, Operation operation) {}

  @Override
  public void preOpExecution(SameDiff graph, At at, SameDiffOp op, OpContext context) {}

  @Override
  public void opExecution(
      SameDiff graph,
      At at,
      MultiDataSet batch,
      SameDiffOp op,
      OpContext context,
      INDArray[] outputs) {}

  @Override
  public void preUpdate(SameDiff graph, At at, Variable variable, INDArray update) {}
}

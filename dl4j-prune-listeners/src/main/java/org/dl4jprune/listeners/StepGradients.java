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
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Copies of the raw gradients of the step that is under way, taken at updates only. */
final class StepGradients implements AutoCloseable {
  private final PrunableModel model;
  private final Map<String, INDArray> copies = new HashMap<>();

  StepGradients(PrunableModel model) {
    this.model = model;
  }

  void keep(ParameterBlock block, INDArray gradient) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray previous = copies.put(block.name(), gradient.dup());
      if (previous != null) {
        previous.close();
      }
    }
  }

  INDArray of(Parameter parameter) {
    ParameterBlock block = model.blockOf(parameter);
    INDArray gradient = copies.get(block.name());
    if (gradient == null) {
      throw new IllegalStateException(
          "No gradient of this step is known for parameter %s; the loss does not depend on it, so exclude it"
              .formatted(parameter.name()));
    }
    return block.view(gradient, parameter);
  }

  /** Frees the copies; new ones can be kept. */
  @Override
  public void close() {
    copies.values().forEach(INDArray::close);
    copies.clear();
  }
}

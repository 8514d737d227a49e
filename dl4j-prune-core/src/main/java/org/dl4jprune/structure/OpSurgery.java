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
package org.dl4jprune.structure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * Builds a smaller SameDiff graph from a copy: shorter variables, constants and updater states, and
 * arguments of ops rewritten by the ops' rules.
 */
final class OpSurgery {
  private final PrunableModel model;
  private final OpRules rules;
  private final OpWalk walk;
  private final IntPredicate kept;

  OpSurgery(PrunableModel model, OpRules rules, OpWalk walk, IntPredicate kept) {
    this.model = model;
    this.rules = rules;
    this.walk = walk;
    this.kept = kept;
  }

  PrunableModel build() {
    SameDiff copy = ((SameDiff) model.unwrap()).dup();
    copy.setListeners();
    Map<String, Parameter> parameters =
        model.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    for (SDVariable variable : List.copyOf(copy.variables())) {
      Tensor tensor = walk.tensor(variable.name());
      if (copy.getVariables().get(variable.name()).getOutputOfOp() == null && loses(tensor)) {
        shorten(copy, variable, tensor, parameters.get(variable.name()));
      }
    }
    for (OpScene scene : walk.scenes()) {
      OpRule rule = rules.of(scene.op().opName());
      if (rule != null && scene.outputs().stream().allMatch(Tensor::isKnown)) {
        rule.resize(scene, new OpResize(copy, copy.getOps().get(scene.node().getName()), kept));
      }
    }
    return PrunableModel.of(copy);
  }

  private boolean loses(Tensor tensor) {
    for (int axis = 0; tensor.isKnown() && axis < tensor.rank(); axis++) {
      int[] channels = tensor.channels(axis);
      if (channels != null && Walk.keptPlaces(channels, kept).length < channels.length) {
        return true;
      }
    }
    return false;
  }

  private void shorten(SameDiff copy, SDVariable variable, Tensor tensor, Parameter parameter) {
    INDArray old = variable.getArr();
    INDArray shorter = parameter == null ? picked(old, tensor) : uninitialised(old, tensor);
    if (parameter != null) {
      shortenState(copy, variable.name(), shorter.shape());
    }
    copy.setArrayForVariable(variable.name(), shorter);
    if (old.closeable()) {
      old.close();
    }
  }

  /** The values of parameters are copied by the surgeon. */
  private INDArray uninitialised(INDArray old, Tensor tensor) {
    long[] shape = old.shape();
    for (int axis = 0; axis < shape.length; axis++) {
      if (tensor.channels(axis) != null) {
        shape[axis] = Walk.keptPlaces(tensor.channels(axis), kept).length;
      }
    }
    return Nd4j.createUninitialized(old.dataType(), shape);
  }

  private INDArray picked(INDArray old, Tensor tensor) {
    INDArray part = old;
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (tensor.channels(axis) != null) {
        INDArray picked = Surgeon.pick(part, axis, Walk.keptPlaces(tensor.channels(axis), kept));
        if (part != old) {
          part.close();
        }
        part = picked;
      }
    }
    return part;
  }

  // SameDiff's own map is of the raw type.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void shortenState(SameDiff copy, String name, long[] shape) {
    if (copy.getUpdaterMap() == null || !copy.getUpdaterMap().containsKey(name)) {
      return;
    }
    GradientUpdater<?> old = copy.getUpdaterMap().get(name);
    Map<String, INDArray> states = new HashMap<>();
    if (old.getState() != null) {
      old.getState()
          .forEach(
              (key, state) -> states.put(key, Nd4j.createUninitialized(state.dataType(), shape)));
    }
    GradientUpdater fresh = copy.getTrainingConfig().getUpdater().instantiate(states, false);
    copy.getUpdaterMap().put(name, fresh);
  }
}

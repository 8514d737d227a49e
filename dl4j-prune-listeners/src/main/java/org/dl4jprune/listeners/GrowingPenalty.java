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

import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The penalty ½λ·w² of ISS-R on the weights that are unimportant now, with a λ for each weight. It
 * grows while its weight is unimportant and is kept when the weight is not, to act again when it
 * falls back.
 */
final class GrowingPenalty implements AutoCloseable {
  private final PrunableModel model;
  private final Layout layout;
  private final Growth growth;
  private final INDArray strengths;
  private final INDArray unimportant;

  /**
   * How λ grows.
   *
   * @param step by how much
   * @param every in how many steps
   * @param most up to what
   */
  record Growth(double step, int every, double most) {
    boolean isInRange() {
      return step > 0
          && step < Double.POSITIVE_INFINITY
          && every >= 1
          && most > 0
          && most < Double.POSITIVE_INFINITY;
    }
  }

  GrowingPenalty(PrunableModel model, Layout layout, Growth growth) {
    this.model = model;
    this.layout = layout;
    this.growth = growth;
    this.strengths = Nd4j.zeros(model.dataType(), layout.length());
    this.unimportant = Nd4j.zeros(model.dataType(), layout.length());
  }

  /** Takes over what is unimportant: 0 in a mask of the layout. */
  void choose(INDArray mask) {
    unimportant.assign(mask).rsubi(1);
  }

  void stepDone(long time) {
    if (time % growth.every() == 0) {
      try (INDArray grown = unimportant.mul(growth.step())) {
        strengths.addi(grown);
      }
      strengths.assign(Transforms.min(strengths, growth.most(), false));
    }
  }

  /** Adds λ·w to the gradient of the unimportant weights of a block, times the summed examples. */
  void addTo(ParameterBlock block, INDArray gradient) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray active = strengths.mul(unimportant).muli(model.summedExamples())) {
      for (Parameter p : layout.parameters()) {
        if (model.blockOf(p).name().equals(block.name())) {
          try (INDArray added = p.fromFlat(layout.flat(active, p)).mul(model.values(p))) {
            block.view(gradient, p).addi(added);
          }
        }
      }
    }
  }

  Map<String, INDArray> live() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("strength of the penalty", strengths);
    arrays.put("unimportant weights", unimportant);
    return arrays;
  }

  @Override
  public void close() {
    strengths.close();
    unimportant.close();
  }
}

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

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The formulas of {@link Relaxation} as ops of a graph. Hard concrete gates read two constants,
 * with which z = clip(1.2 σ(scale·a + shift) − 0.1, 0, 1): at inference scale is 1 and shift 0; in
 * a step of a training they are 1/β and noise/β.
 */
final class SameDiffRelaxation {
  private final SameDiff graph;
  private final String name;
  private final Relaxation relaxation;

  SameDiffRelaxation(SameDiff graph, String name, Relaxation relaxation) {
    this.graph = graph;
    this.name = name;
    this.relaxation = relaxation;
  }

  /** The gates; the variable is {@code name_gates}. */
  SDVariable gates(SDVariable logits) {
    String gates = name + "_gates";
    if (relaxation == Relaxation.HARD_CONCRETE) {
      long[] shape = logits.getArr().shape();
      INDArray one = Nd4j.scalar(logits.dataType(), 1);
      SDVariable scale = graph.constant(scale(), one);
      SDVariable shift = graph.constant(shift(), Nd4j.zeros(logits.dataType(), shape));
      SDVariable soft = graph.nn().sigmoid(logits.mul(scale).add(shift));
      SDVariable stretched = soft.mul(Relaxation.HIGH - Relaxation.LOW).add(Relaxation.LOW);
      return graph.math().clipByValue(gates, stretched, 0, 1);
    }
    SDVariable soft = graph.nn().sigmoid(logits);
    return relaxation == Relaxation.SIGMOID ? soft.add(gates, 0) : soft.add(gates, straight(soft));
  }

  /** The probability that a gate is open: its value, but for hard concrete gates. */
  SDVariable open(SDVariable logits, SDVariable gates) {
    return relaxation == Relaxation.HARD_CONCRETE
        ? graph.nn().sigmoid(name + "_open", logits.add(Relaxation.SHIFT))
        : gates;
  }

  /** What a step differs from its sigmoid by, as a number without gradient. */
  private SDVariable straight(SDVariable soft) {
    SDVariable step = soft.gte(0.5).castTo(soft.dataType());
    return new StopGradient(graph, step.sub(soft)).outputVariable();
  }

  /** Draws the noise of the next step, if the relaxation has any. */
  void stepBegins() {
    if (relaxation == Relaxation.HARD_CONCRETE) {
      INDArray shift = graph.getVariable(shift()).getArr();
      try (INDArray noise = relaxation.noise(shift)) {
        shift.assign(noise.divi(Relaxation.BETA));
      }
      graph.getVariable(scale()).getArr().assign(1 / Relaxation.BETA);
    }
  }

  /** Makes the gates those of inference again. */
  void stepEnds() {
    if (relaxation == Relaxation.HARD_CONCRETE) {
      graph.getVariable(shift()).getArr().assign(0);
      graph.getVariable(scale()).getArr().assign(1);
    }
  }

  private String scale() {
    return name + "_scale";
  }

  private String shift() {
    return name + "_shift";
  }
}

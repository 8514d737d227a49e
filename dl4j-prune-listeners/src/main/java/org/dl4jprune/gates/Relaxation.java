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

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How a trainable number, the logit a, becomes a gate z. With s = σ(a):
 *
 * <table>
 *   <caption>Values, slopes and the probability of being open</caption>
 *   <tr><th></th><th>z</th><th>dz/da</th><th>P(z ≠ 0)</th></tr>
 *   <tr><td>STRAIGHT_THROUGH</td><td>1 if s ≥ 0.5, else 0</td><td>s(1 − s)</td><td>z</td></tr>
 *   <tr><td>SIGMOID</td><td>s</td><td>s(1 − s)</td><td>s</td></tr>
 *   <tr><td>HARD_CONCRETE</td><td>clip(1.2 s' − 0.1, 0, 1)</td><td>where not clipped 1.2 ds'/da</td>
 *     <td>σ(a + β ln 11)</td></tr>
 * </table>
 *
 * <p>For the hard concrete gate s' = σ((ln u − ln(1 − u) + a)/β) with u uniform in (0, 1) and β =
 * 2/3 while training, and σ(a) otherwise (Louizos, Welling and Kingma 2018, <a
 * href="https://arxiv.org/abs/1712.01312">arXiv 1712.01312</a>, equations 10 to 13). It draws from
 * ND4J's generator. All methods work on arrays of any shape and return new ones.
 */
public enum Relaxation {
  /** Zero or one in the forward pass, the slope of a sigmoid in the backward pass. */
  STRAIGHT_THROUGH,
  /** The sigmoid itself. */
  SIGMOID,
  /** A stretched and clipped sigmoid with noise: often exactly zero or one, and differentiable. */
  HARD_CONCRETE;

  static final double BETA = 2.0 / 3;
  static final double LOW = -0.1;
  static final double HIGH = 1.1;
  static final double SHIFT = -BETA * Math.log(-LOW / HIGH);
  private static final double SMALLEST = 1e-6;

  /** The noise of one training pass, ln u − ln(1 − u), or null where there is none. */
  INDArray noise(INDArray logits) {
    if (this != HARD_CONCRETE) {
      return null;
    }
    INDArray uniform = Nd4j.rand(logits.dataType(), logits.shape());
    uniform.muli(1 - 2 * SMALLEST).addi(SMALLEST);
    return Transforms.log(uniform, true).subi(Transforms.log(uniform.rsub(1), false));
  }

  /** The gates; without noise those of inference. */
  INDArray value(INDArray logits, INDArray noise) {
    return switch (this) {
      case STRAIGHT_THROUGH -> logits.gte(0).castTo(logits.dataType());
      case SIGMOID -> Transforms.sigmoid(logits, true);
      case HARD_CONCRETE -> clip(stretched(logits, noise));
    };
  }

  /** The derivative of {@link #value}, straight through where it is a step. */
  INDArray slope(INDArray logits, INDArray noise) {
    if (this != HARD_CONCRETE) {
      return sigmoidSlope(logits);
    }
    INDArray stretched = stretched(logits, noise);
    INDArray inside = stretched.gt(0).castTo(logits.dataType());
    inside.muli(stretched.lt(1).castTo(logits.dataType()));
    double scale = (HIGH - LOW) / (noise == null ? 1 : BETA);
    return sigmoidSlope(argument(logits, noise)).muli(inside).muli(scale);
  }

  /** The probability that a gate is open. */
  INDArray open(INDArray logits) {
    return this == HARD_CONCRETE
        ? Transforms.sigmoid(logits.add(SHIFT), false)
        : value(logits, null);
  }

  /** The derivative of {@link #open}. */
  INDArray openSlope(INDArray logits) {
    return sigmoidSlope(this == HARD_CONCRETE ? logits.add(SHIFT) : logits);
  }

  /** A gate below this is closed when gates are folded. */
  double threshold() {
    return this == HARD_CONCRETE ? Float.MIN_NORMAL : 0.5;
  }

  private static INDArray stretched(INDArray logits, INDArray noise) {
    return Transforms.sigmoid(argument(logits, noise), true).muli(HIGH - LOW).addi(LOW);
  }

  private static INDArray argument(INDArray logits, INDArray noise) {
    return noise == null ? logits : logits.add(noise).divi(BETA);
  }

  private static INDArray clip(INDArray values) {
    return Transforms.min(Transforms.max(values, 0, false), 1, false);
  }

  private static INDArray sigmoidSlope(INDArray argument) {
    INDArray sigmoid = Transforms.sigmoid(argument, true);
    return sigmoid.rsub(1).muli(sigmoid);
  }
}

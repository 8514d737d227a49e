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
package org.dl4jprune.structure.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;
import org.nd4j.linalg.api.ops.ScalarOp;

/** Functions of single values: each output has the channels of the input at its place. */
public final class TransformRule implements OpRule {
  private final Set<String> ops;
  private final AtZero atZero;

  /** What becomes of the zeros of masked channels. */
  private enum AtZero {
    ZERO,
    NUMBER,
    INFINITE
  }

  private TransformRule(Set<String> ops, AtZero atZero) {
    this.ops = ops;
    this.atZero = atZero;
  }

  /**
   * Functions with f(0) = 0.
   *
   * @return the rule
   */
  public static TransformRule keepingZeros() {
    return new TransformRule(
        Set.of(
            "identity",
            "identity_n",
            "cast",
            "copy",
            "stop_gradient",
            "check_numerics",
            "dropout",
            "dropout_inverted",
            "abs",
            "ceil",
            "floor",
            "round",
            "rint",
            "neg",
            "sign",
            "square",
            "cube",
            "sqrt",
            "sin",
            "asin",
            "sinh",
            "asinh",
            "tan",
            "atan",
            "tanh",
            "atanh",
            "erf",
            "expm1",
            "log1p",
            "relu",
            "relu6",
            "leakyrelu",
            "elu",
            "selu",
            "gelu",
            "precise_gelu",
            "swish",
            "mish",
            "hardtanh",
            "rational_tanh",
            "rectified_tanh",
            "softsign",
            "timesoneminus",
            "step",
            "zeros_like",
            "zeroslike"),
        AtZero.ZERO);
  }

  /**
   * Functions with another finite f(0).
   *
   * @return the rule
   */
  public static TransformRule losingZeros() {
    return new TransformRule(
        Set.of(
            "sigmoid",
            "hard_sigmoid",
            "softplus",
            "exp",
            "cos",
            "cosh",
            "acos",
            "acosh",
            "erfc",
            "logsigmoid",
            "oneminus",
            "ones_as",
            "isfinite",
            "isinf",
            "isnan",
            "not",
            "bool_not",
            "boolean_not",
            "alpha_dropout",
            "thresholdedrelu"),
        AtZero.NUMBER);
  }

  /**
   * Functions without a finite f(0): channels whose masked values are zeros stay.
   *
   * @return the rule
   */
  public static TransformRule infiniteAtZero() {
    return new TransformRule(
        Set.of("log", "log_x", "reciprocal", "Reciprocal", "rsqrt"), AtZero.INFINITE);
  }

  @Override
  public Set<String> ops() {
    return ops;
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < scene.outputCount(); i++) {
      outputs.add(
          switch (atZero) {
            case ZERO -> isShifted(scene) ? scene.input(i).notZero() : scene.input(i);
            case NUMBER -> scene.input(i).notZero();
            case INFINITE -> withoutInfinities(scene, scene.input(i));
          });
    }
    return outputs;
  }

  /** Rectifiers may have a threshold above zero. */
  private static boolean isShifted(OpScene scene) {
    return scene.op().opName().startsWith("relu")
        && scene.op() instanceof ScalarOp
        && scene.scalar() > 0;
  }

  /** Masked zeros would become infinities, and those NaN in whatever reads them. */
  static Tensor withoutInfinities(OpScene scene, Tensor input) {
    for (int axis = 0; axis < input.rank(); axis++) {
      if (input.zeroWhenMasked(axis)) {
        scene.pin(input.channels(axis), "it is not finite at the zeros of a masked channel");
      }
    }
    return input.notZero();
  }
}

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

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.structure.OpResize;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.IndexAccumulation;
import org.nd4j.linalg.api.ops.ReduceOp;

/**
 * Reductions. Over batch, time and space the channels pass on. Sums and norms over channels end
 * them, where masking makes the terms zero; a mean over channels, as in an RMS normalisation, is
 * rescaled to the number of channels it had. Maxima, variances and the like over channels keep
 * them.
 */
public final class ReductionRule implements OpRule {
  private static final Set<String> SUMS =
      Set.of(
          "reduce_sum",
          "asum",
          "reduce_norm1",
          "reduce_norm2",
          "reduce_sqnorm",
          "reduce_normmax",
          "amax",
          "countNonZero");
  private static final Set<String> MEANS = Set.of("reduce_mean", "amean");
  private static final Set<String> OTHERS =
      Set.of(
          "reduce_max",
          "reduce_min",
          "amin",
          "reduce_prod",
          "std",
          "var",
          "reduce_logsumexp",
          "argmax",
          "argmin",
          "argamax",
          "argamin",
          "countZero",
          "all",
          "any");
  private static final Set<String> NOT_ZERO =
      Set.of("reduce_logsumexp", "argmax", "argmin", "argamax", "argamin", "countZero", "all");

  /** The rule. */
  public ReductionRule() {}

  @Override
  public Set<String> ops() {
    return java.util.stream.Stream.of(SUMS, MEANS, OTHERS)
        .flatMap(Set::stream)
        .collect(java.util.stream.Collectors.toSet());
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    boolean[] reduced = reduced(scene, input);
    String op = scene.op().opName();
    for (int axis = 0; axis < reduced.length; axis++) {
      int[] ids = reduced[axis] ? input.channels(axis) : null;
      boolean rescaled = MEANS.contains(op) && !scene.isResult(0);
      if (ids != null && !(rescaled || SUMS.contains(op))) {
        scene.pin(ids, "its result depends on the number of channels");
      } else if (ids != null && !input.zeroWhenMasked(axis)) {
        scene.pin(ids, "a sum of values that masking does not make zero");
      }
    }
    Tensor result = NOT_ZERO.contains(op) ? input.notZero() : input;
    int[] axes = IntStream.range(0, reduced.length).filter(axis -> !reduced[axis]).toArray();
    if (!keepsDimensions(scene)) {
      return List.of(result.permute(axes));
    }
    long[] shape = input.shape();
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = reduced[axis] ? 1 : shape[axis];
    }
    Tensor kept = Tensor.of(shape);
    for (int axis : axes) {
      kept = kept.with(axis, result.channels(axis), result.zeroWhenMasked(axis));
    }
    return List.of(kept);
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    Tensor input = scene.input(0);
    boolean[] reduced = reduced(scene, input);
    double factor = 1;
    int left = 0;
    int axes = 0;
    for (int axis = 0; axis < reduced.length; axis++) {
      int[] ids = reduced[axis] ? input.channels(axis) : null;
      axes += reduced[axis] ? 1 : 0;
      if (ids != null) {
        left = surgery.keptPlaces(ids).length;
        factor *= (double) left / ids.length;
      }
    }
    String op = scene.op().opName();
    double scale = MEANS.contains(op) ? factor : 1;
    if (left == 1 && factor < 1 && axes == 1 && input.rank() == 2) {
      surgery.replace(x -> ofOne(scene, x, reduced[0] ? 0 : 1, scale));
    } else if (scale != 1) {
      surgery.scaleOutput(0, scale);
    }
  }

  // SameDiff 1.0.0-M2.1 fails to reduce a matrix along an axis of size one.
  private static SDVariable ofOne(OpScene scene, SDVariable x, int axis, double factor) {
    SameDiff graph = x.getSameDiff();
    SDVariable result =
        switch (scene.op().opName()) {
          case "reduce_sum", "reduce_mean" -> x;
          case "reduce_sqnorm" -> graph.math.square(x);
          default -> graph.math.abs(x);
        };
    SDVariable scaled = result.mul(factor);
    return keepsDimensions(scene) ? scaled : graph.squeeze(scaled, axis);
  }

  private static boolean[] reduced(OpScene scene, Tensor input) {
    int[] dimensions = scene.op().getDimensions();
    long[] axes =
        dimensions == null ? scene.integers() : Arrays.stream(dimensions).asLongStream().toArray();
    boolean[] reduced = new boolean[input.rank()];
    boolean all = axes.length == 0 || axes[0] == Integer.MAX_VALUE;
    for (int axis = 0; axis < reduced.length; axis++) {
      int here = axis;
      reduced[axis] = all || Arrays.stream(axes).anyMatch(a -> input.axis(a) == here);
    }
    return reduced;
  }

  private static boolean keepsDimensions(OpScene scene) {
    if (scene.op() instanceof ReduceOp reduce) {
      return reduce.isKeepDims();
    }
    return scene.op() instanceof IndexAccumulation index
        ? index.isKeepDims()
        : scene.flag(0, false);
  }
}

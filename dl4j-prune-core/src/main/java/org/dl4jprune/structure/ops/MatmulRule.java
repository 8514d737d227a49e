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

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;

/**
 * A·B with any of the three transposed, of variables or activations: the contracted axes are
 * united, axes in front of the matrices are united place by place, rows and columns pass on.
 */
public final class MatmulRule implements OpRule {

  /** The rule. */
  public MatmulRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("matmul", "mmul");
  }

  @Override
  public boolean copesWithUnknownRank() {
    return true;
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor a = scene.input(0);
    Tensor b = scene.input(1);
    if (!a.isKnown() && !b.isKnown()) {
      return List.of(Tensor.unknown());
    }
    // Both have the same rank.
    a = a.isKnown() ? a : whole(b.rank());
    b = b.isKnown() ? b : whole(a.rank());
    if (a.rank() != b.rank() || a.rank() < 2) {
      scene.pinInputs("products of these ranks are not followed");
      return List.of(Tensor.unknown());
    }
    return List.of(
        flipped(
            product(
                scene, flipped(a, scene.integer(0, 0) != 0), flipped(b, scene.integer(1, 0) != 0)),
            scene.integer(2, 0) != 0));
  }

  private static Tensor whole(int rank) {
    return Tensor.of(IntStream.range(0, rank).mapToLong(i -> Tensor.UNKNOWN).toArray());
  }

  static Tensor flipped(Tensor tensor, boolean flip) {
    int[] axes = IntStream.range(0, tensor.rank()).toArray();
    if (flip) {
      axes[axes.length - 1] = axes.length - 2;
      axes[axes.length - 2] = axes.length - 1;
    }
    return tensor.permute(axes);
  }

  private static Tensor product(OpScene scene, Tensor a, Tensor b) {
    int last = a.rank() - 1;
    contract(scene, a, last, b, last - 1);
    long[] shape = a.shape();
    shape[last] = b.size(last);
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < last - 1; axis++) {
      int[] ids = scene.unite(a.channels(axis), b.channels(axis), "a product for each of them");
      result = result.with(axis, ids, a.zeroWhenMasked(axis) || b.zeroWhenMasked(axis));
    }
    return result
        .with(last - 1, a.channels(last - 1), a.zeroWhenMasked(last - 1))
        .with(last, b.channels(last), b.zeroWhenMasked(last));
  }

  /** Unites two axes that are summed over; a term that is masked must be zero. */
  static void contract(OpScene scene, Tensor a, int axisOfA, Tensor b, int axisOfB) {
    int[] ids = scene.unite(a.channels(axisOfA), b.channels(axisOfB), "a sum over their products");
    if (!a.zeroWhenMasked(axisOfA) && !b.zeroWhenMasked(axisOfB)) {
      scene.pin(ids, "a sum of products that masking does not make zero");
    }
  }
}

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
import org.nd4j.linalg.factory.Nd4j;

/**
 * Slices picked by indices. Constant indices pick channels and are numbered anew; an axis that is
 * looked up by computed indices stays whole, and so does the vocabulary of an embedding.
 */
public final class GatherRule implements OpRule {

  /** The rule. */
  public GatherRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("gather", "embedding_lookup");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    if (scene.inputs().size() != 2) {
      scene.pinInputs("lookups in several tables are not followed");
      return List.of(Tensor.unknown());
    }
    Tensor table = scene.input(0);
    Tensor indices = scene.input(1);
    int along = along(scene);
    scene.pinAll(indices, "they are indices");
    int[] picked = picked(scene, table.channels(along), indices);
    if (picked == null) {
      scene.pin(table.channels(along), "it is looked up");
    }
    long[] shape = new long[table.rank() - 1 + indices.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      int inside = axis - along;
      boolean fromIndices = inside >= 0 && inside < indices.rank();
      shape[axis] = fromIndices ? indices.size(inside) : table.size(tableAxis(scene, axis));
    }
    Tensor result = Tensor.of(shape);
    for (int axis = 0; axis < shape.length; axis++) {
      int inside = axis - along;
      if (inside < 0 || inside >= indices.rank()) {
        int from = tableAxis(scene, axis);
        result = result.with(axis, table.channels(from), table.zeroWhenMasked(from));
      }
    }
    return List.of(result.with(along, picked, table.zeroWhenMasked(along)));
  }

  private static int along(OpScene scene) {
    boolean lookup = scene.op().opName().equals("embedding_lookup");
    return lookup ? 0 : scene.input(0).axis(scene.integer(0, 0));
  }

  private static int tableAxis(OpScene scene, int axis) {
    return axis < along(scene) ? axis : axis - scene.input(1).rank() + 1;
  }

  private static int[] picked(OpScene scene, int[] ids, Tensor indices) {
    boolean lookup = scene.op().opName().equals("embedding_lookup");
    long[] places = lookup || ids == null || indices.rank() != 1 ? null : scene.constant(1);
    return places == null
        ? null
        : Arrays.stream(places)
            .mapToInt(place -> ids[(int) (place < 0 ? place + ids.length : place)])
            .toArray();
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    int[] ids = scene.input(0).channels(along(scene));
    int[] picked = picked(scene, ids, scene.input(1));
    if (picked == null || surgery.keptPlaces(ids).length == ids.length) {
      return;
    }
    long[] places = scene.constant(1);
    int[] renumbered =
        IntStream.of(surgery.keptPlaces(picked))
            .map(i -> (int) (places[i] < 0 ? places[i] + ids.length : places[i]))
            .map(place -> surgery.keptBetween(ids, 0, place))
            .toArray();
    surgery.constant(1, Nd4j.createFromArray(renumbered));
    if (scene.integers().length > 1) {
      surgery.integers(
          IntStream.concat(IntStream.of((int) scene.integer(0, 0)), IntStream.of(renumbered))
              .asLongStream()
              .toArray());
    }
  }
}

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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.dl4jprune.structure.OpResize;
import org.dl4jprune.structure.OpRule;
import org.dl4jprune.structure.OpScene;
import org.dl4jprune.structure.Tensor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor in parts along one axis: each part has its range of the channels. Parts that are equal
 * by number stay equal, so their channels are united place by place; SameDiff cannot train parts of
 * given sizes.
 */
public final class SplitRule implements OpRule {

  /** The rule. */
  public SplitRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("split", "split_v");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    boolean equal = scene.op().opName().equals("split");
    Tensor input = scene.input(0);
    long[] sizes = equal ? null : scene.constant(1);
    if (equal == scene.inputs().size() > 1
        || (!equal && (sizes == null || Arrays.stream(sizes).anyMatch(size -> size < 0)))) {
      scene.pinInputs("the sizes of its parts are computed");
      return java.util.Collections.nCopies(scene.outputCount(), Tensor.unknown());
    }
    int axis = input.axis(scene.integer(equal ? 1 : 0, 0));
    int parts = scene.outputCount();
    List<Tensor> outputs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < parts; i++) {
      long size = equal ? input.size(axis) / parts : sizes[i];
      if (input.size(axis) == Tensor.UNKNOWN) {
        size = equal ? Tensor.UNKNOWN : size;
      }
      outputs.add(part(input, axis, from, size));
      from += (int) size;
      if (equal) {
        scene.unite(
            outputs.get(0).channels(axis), outputs.get(i).channels(axis), "parts of equal size");
      }
    }
    return outputs;
  }

  /** A range of slices along one axis. */
  static Tensor part(Tensor input, int axis, int from, long size) {
    long[] shape = input.shape();
    shape[axis] = size;
    Tensor result = Tensor.of(shape);
    for (int other = 0; other < shape.length; other++) {
      int[] ids = input.channels(other);
      if (ids != null && other == axis) {
        ids = Arrays.copyOfRange(ids, from, from + (int) size);
      }
      result = result.with(other, ids, input.zeroWhenMasked(other));
    }
    return result;
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    if (scene.op().opName().equals("split")) {
      return;
    }
    int axis = scene.input(0).axis(scene.integer(0, 0));
    if (scene.input(0).channels(axis) == null) {
      return;
    }
    int[] sizes =
        scene.outputs().stream()
            .mapToInt(output -> surgery.keptPlaces(output.channels(axis)).length)
            .toArray();
    surgery.constant(1, Nd4j.createFromArray(sizes));
  }
}

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
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Merges and splits of adjacent axes. Where channels are merged with axes that stay whole, all of a
 * channel's values keep its number. Where an axis of channels is split, one of the parts names the
 * units: the one along which the numbers already repeat, else the first (heads stay whole, and so
 * do the channels of an image), else, if its channels all stay, the next one.
 */
public final class ReshapeRule implements OpRule {
  private static final String WHY = "a reshape that keeps each of them together";

  /** The rule. */
  public ReshapeRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("reshape", "flatten_2d");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    Tensor input = scene.input(0);
    long[] target = target(scene);
    if (target == null) {
      scene.pinInputs("its target shape is computed");
      return List.of(Tensor.unknown());
    }
    long[] shape = resolved(input.shape(), target);
    List<Blocks.Block> blocks = rowMajor(scene) ? Blocks.factor(input.shape(), shape) : null;
    if (blocks == null) {
      scene.pinInputs("its axes are not merged or split one by one");
      return List.of(Tensor.of(shape));
    }
    Tensor result = Tensor.of(shape);
    for (Blocks.Block block : blocks) {
      result = pass(scene, input, block, result);
    }
    return List.of(result);
  }

  private static boolean rowMajor(OpScene scene) {
    return scene.integer(0, 0) != Reshape.F_ORDER;
  }

  /** The shape as it was asked for, −1 for what is left; null if it is computed. */
  private static long[] target(OpScene scene) {
    if (scene.op().opName().equals("flatten_2d")) {
      int axis = scene.input(0).axis(scene.integer(0, 1));
      int rank = scene.input(0).rank();
      return new long[] {
        Blocks.product(scene.input(0).shape(), IntStream.range(0, axis).toArray()),
        Blocks.product(scene.input(0).shape(), IntStream.range(axis, rank).toArray())
      };
    }
    if (scene.inputs().size() > 1) {
      return scene.constant(1);
    }
    long[] integers = scene.integers();
    // The order comes first, as a negative number.
    return integers.length > 0 && integers[0] < -1
        ? Arrays.copyOfRange(integers, 1, integers.length)
        : integers;
  }

  private static long[] resolved(long[] from, long[] target) {
    long[] shape = target.clone();
    int[] all = IntStream.range(0, from.length).toArray();
    int[] others = IntStream.range(0, shape.length).filter(i -> target[i] != -1).toArray();
    long values = Blocks.product(from, all);
    long known = Blocks.product(shape, others);
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == -1) {
        shape[i] = values < 0 || known == 0 ? Tensor.UNKNOWN : values / known;
      }
    }
    return shape;
  }

  private static Tensor pass(OpScene scene, Tensor input, Blocks.Block block, Tensor result) {
    int[] carriers =
        Arrays.stream(block.from()).filter(axis -> input.channels(axis) != null).toArray();
    if (carriers.length == 0) {
      return result;
    }
    int carrier = carriers[0];
    for (int i = 1; i < carriers.length; i++) {
      scene.pin(input.channels(carriers[i]), "it is merged with another axis of channels");
    }
    if (!block.known()) {
      if (block.from().length == 1 && block.to().length == 1) {
        return result.with(block.to()[0], input.channels(carrier), input.zeroWhenMasked(carrier));
      }
      scene.pin(input.channels(carrier), "it is merged with an axis of unknown size");
      return result;
    }
    int[] merged = merged(input, block.from(), carrier);
    return split(scene, merged, input.zeroWhenMasked(carrier), block.to(), result);
  }

  private static int[] merged(Tensor input, int[] axes, int carrier) {
    int inner = 1;
    int total = 1;
    for (int axis : axes) {
      total *= (int) input.size(axis);
      inner *= axis > carrier ? (int) input.size(axis) : 1;
    }
    int[] ids = input.channels(carrier);
    int[] merged = new int[total];
    for (int i = 0; i < total; i++) {
      merged[i] = ids[i / inner % ids.length];
    }
    return merged;
  }

  private static Tensor split(
      OpScene scene, int[] merged, boolean zero, int[] axes, Tensor result) {
    int[] wide = Arrays.stream(axes).filter(axis -> result.size(axis) > 1).toArray();
    int chosen = -1;
    for (int axis : wide) {
      if (chosen < 0 && repeats(scene, merged, axes, axis, result)) {
        chosen = axis;
      }
    }
    boolean open = chosen < 0;
    if (open) {
      chosen = wide[scene.choose(wide.length)];
    }
    int[] ids = new int[(int) result.size(chosen)];
    int inner = inner(axes, chosen, result);
    int[] named = new int[merged.length];
    for (int i = merged.length - 1; i >= 0; i--) {
      ids[i / inner % ids.length] = merged[i];
    }
    for (int i = 0; i < merged.length; i++) {
      named[i] = ids[i / inner % ids.length];
    }
    if (open) {
      scene.unite(merged, named, WHY);
      scene.chose(ids);
    }
    return result.with(chosen, ids, zero);
  }

  private static int inner(int[] axes, int axis, Tensor result) {
    return Arrays.stream(axes)
        .filter(other -> other > axis)
        .map(other -> (int) result.size(other))
        .reduce(1, (a, b) -> a * b);
  }

  /** Whether the channel is known from the place along one axis alone. */
  private static boolean repeats(OpScene scene, int[] merged, int[] axes, int axis, Tensor result) {
    int inner = inner(axes, axis, result);
    int size = (int) result.size(axis);
    int[] first = new int[size];
    Arrays.fill(first, -1);
    for (int i = 0; i < merged.length; i++) {
      int place = i / inner % size;
      if (first[place] < 0) {
        first[place] = merged[i];
      } else if (!scene.same(first[place], merged[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void resize(OpScene scene, OpResize surgery) {
    if (scene.op().opName().equals("flatten_2d")) {
      return;
    }
    long[] target = target(scene);
    long[] smaller = target.clone();
    Tensor output = scene.outputs().get(0);
    for (int axis = 0; axis < smaller.length; axis++) {
      if (output.channels(axis) != null && smaller[axis] != -1) {
        smaller[axis] = surgery.keptPlaces(output.channels(axis)).length;
      }
    }
    if (Arrays.equals(target, smaller)) {
      return;
    }
    if (scene.inputs().size() > 1) {
      surgery.constant(1, Nd4j.createFromArray(smaller));
    } else {
      long[] integers = scene.integers().clone();
      System.arraycopy(smaller, 0, integers, integers.length - smaller.length, smaller.length);
      surgery.integers(integers);
    }
  }
}

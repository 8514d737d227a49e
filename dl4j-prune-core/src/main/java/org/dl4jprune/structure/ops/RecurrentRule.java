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
import org.dl4jprune.structure.Scene;
import org.dl4jprune.structure.Tensor;

/**
 * LSTM and GRU layers, W [in, gates·n], R [n, gates·n], b [gates·n]: unit c owns column c of every
 * gate, row c of R, peephole c of every gate, initial state c and output c. LSTMs in two directions
 * stay whole.
 */
public final class RecurrentRule implements OpRule {
  private static final int TIME_FIRST = 0;
  private static final int CHANNELS_SECOND = 2;

  /** The rule. */
  public RecurrentRule() {}

  @Override
  public Set<String> ops() {
    return Set.of("lstmLayer", "gru");
  }

  @Override
  public List<Tensor> couple(OpScene scene) {
    return scene.op().opName().equals("gru") ? gru(scene) : lstm(scene);
  }

  private static List<Tensor> gru(OpScene scene) {
    Tensor x = scene.input(0);
    Tensor state = scene.input(1);
    Tensor recurrent = scene.input(3);
    int[] units = units(scene, x, 2, scene.input(2), recurrent, 3);
    scene.pin(state.channels(0), "there is a state for each example");
    units = unite(scene, units, state.channels(1), 1);
    unite(scene, units, scene.input(4).channels(0), 3);
    return List.of(
        Tensor.of(x.size(0), x.size(1), recurrent.size(0)).with(2, units, state.zeroWhenMasked(1)));
  }

  private static List<Tensor> lstm(OpScene scene) {
    if (scene.integer(1, 0) > 1) {
      scene.pinInputs("both directions of an LSTM stay whole");
      return java.util.Collections.nCopies(scene.outputCount(), Tensor.unknown());
    }
    Tensor x = scene.input(0);
    long format = scene.integer(0, 0);
    int channelAxis = format == CHANNELS_SECOND ? 1 : 2;
    Tensor recurrent = scene.input(2);
    int[] units = units(scene, x, channelAxis, scene.input(1), recurrent, 4);
    int next = 3;
    boolean zero = true;
    if (scene.flag(0, false)) {
      zero = scene.input(next).zeroWhenMasked(0);
      units = unite(scene, units, scene.input(next++).channels(0), 4);
    }
    next += scene.flag(1, false) ? 1 : 0;
    for (int flag = 2; flag <= 3; flag++) {
      if (scene.flag(flag, false)) {
        zero &= scene.input(next).zeroWhenMasked(1);
        scene.pin(scene.input(next).channels(0), "there is a state for each example");
        units = unite(scene, units, scene.input(next++).channels(1), 1);
      }
    }
    if (scene.flag(4, false)) {
      units = unite(scene, units, scene.input(next).channels(0), 3);
    }
    List<Tensor> outputs = new ArrayList<>();
    long n = recurrent.size(0);
    if (scene.flag(5, false)) {
      long[] shape = x.shape();
      shape[channelAxis] = n;
      outputs.add(Tensor.of(shape).with(channelAxis, units, zero));
    }
    while (outputs.size() < scene.outputCount()) {
      outputs.add(Tensor.of(x.size(format == TIME_FIRST ? 1 : 0), n).with(1, units, zero));
    }
    return outputs;
  }

  private static int[] units(
      OpScene scene, Tensor x, int channelAxis, Tensor weights, Tensor recurrent, int gates) {
    for (int axis = 0; axis < x.rank(); axis++) {
      if (axis != channelAxis) {
        scene.pin(x.channels(axis), "the steps of a sequence stay");
      }
    }
    MatmulRule.contract(scene, x, channelAxis, weights, 0);
    int[] units = recurrent.channels(0);
    units = unite(scene, units, recurrent.channels(1), gates);
    return unite(scene, units, weights.channels(1), gates);
  }

  private static int[] unite(OpScene scene, int[] units, int[] columns, int gates) {
    int[][] all = new int[gates][];
    java.util.Arrays.fill(all, units);
    int[] repeated = units == null ? null : Scene.join(all);
    return scene.unite(repeated, columns, "a unit's slices of all gates") == null ? null : units;
  }
}

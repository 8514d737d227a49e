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
package org.dl4jprune.spark;

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A model's values and updater state without those of dead weights. Both ends of a message have the
 * same masks, so no positions travel, and vectors of this form can be added as they are.
 *
 * <p>Memory: four bytes for each live weight and each live value of the updater's state.
 */
final class LiveVectors implements AutoCloseable {
  private final PrunableModel view;
  private final INDArray live;
  private final List<INDArray> liveStates = new ArrayList<>();
  private final boolean withUpdater;

  /**
   * For one set of masks.
   *
   * @param mask ones and zeros over the model's parameter vector, as its configuration carries them
   * @param withUpdater whether the updater's state travels
   */
  LiveVectors(PrunableModel view, INDArray mask, boolean withUpdater) {
    this.view = view;
    this.live = positions(mask);
    this.withUpdater = withUpdater && !view.updaterStates().isEmpty();
    if (this.withUpdater) {
      for (UpdaterState state : view.updaterStates()) {
        INDArray matching = state.matching(mask);
        liveStates.add(matching == mask ? live : positions(matching));
      }
    }
  }

  private static INDArray positions(INDArray mask) {
    long[] words = HostBits.pack(mask);
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    int[] positions = new int[count];
    int at = 0;
    for (int i = 0; i < words.length; i++) {
      for (long word = words[i]; word != 0; word &= word - 1) {
        positions[at++] = i * Long.SIZE + Long.numberOfTrailingZeros(word);
      }
    }
    return Nd4j.createFromArray(positions);
  }

  /** A copy of the live values of all parameters, in the order of memory. */
  INDArray parameters() {
    return gather(view.blocks().get(0).values(), live);
  }

  /** A copy of the live values of all states, one behind the other; null if none travels. */
  INDArray updaterState() {
    if (!withUpdater) {
      return null;
    }
    List<UpdaterState> states = view.updaterStates();
    INDArray[] parts = new INDArray[states.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = gather(states.get(i).array(), liveStates.get(i));
    }
    return parts.length == 1 ? parts[0] : Nd4j.concat(0, parts);
  }

  /** Sets the live values; dead ones stay as they are. */
  void setParameters(INDArray values) {
    scatter(view.blocks().get(0).values(), live, values);
  }

  /** Sets the live values of all states; those of dead weights stay as they are. */
  void setUpdaterState(INDArray values) {
    long from = 0;
    List<UpdaterState> states = view.updaterStates();
    for (int i = 0; i < states.size(); i++) {
      long to = from + liveStates.get(i).length();
      scatter(
          states.get(i).array(), liveStates.get(i), values.get(NDArrayIndex.interval(from, to)));
      from = to;
    }
  }

  private static INDArray flat(INDArray array) {
    return array.rank() == 1 ? array : array.reshape(array.length());
  }

  private static INDArray gather(INDArray array, INDArray positions) {
    INDArray values = Nd4j.createUninitialized(array.dataType(), positions.length());
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(flat(array), positions)
            .addIntegerArguments(0)
            .addOutputs(values)
            .build());
    return values;
  }

  private static void scatter(INDArray array, INDArray positions, INDArray values) {
    INDArray target = flat(array);
    Nd4j.exec(
        DynamicCustomOp.builder("scatter_upd")
            .addInputs(target, positions, values)
            .addOutputs(target)
            .build());
  }

  /** Frees the positions. */
  @Override
  public void close() {
    liveStates.stream().filter(positions -> positions != live).forEach(INDArray::close);
    live.close();
  }
}

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
package org.dl4jprune.method;

import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The largest gradients of pruned weights of one parameter, kept while the gradient passes by in
 * pieces: what is held is a list of as many numbers as are asked for, and temporary arrays of one
 * piece. The gradient itself is a dense array in ND4J, its owner's. Card {@code fedtiny}, step B2;
 * arXiv 2212.01977.
 */
public final class SparseTopGradient {
  private static final long PIECE = 1 << 20;

  private final long most;
  private SortedMap<Integer, Double> top = new TreeMap<>();

  /**
   * An empty list.
   *
   * @param most how many gradients are kept at most, at least 0
   */
  public SparseTopGradient(long most) {
    this.most = most;
  }

  /**
   * Looks at a whole parameter, one piece after the other.
   *
   * @param gradient rank 1, in flat order, finite; stays as it is
   * @param mask rank 1: 1 = kept, whose gradients are passed over
   * @param most how many gradients are kept at most
   * @return the largest by magnitude; of equal ones the lower index
   */
  public static SparseGradient of(INDArray gradient, INDArray mask, long most) {
    SparseTopGradient running = new SparseTopGradient(most);
    for (long from = 0; from < gradient.length(); from += PIECE) {
      long to = Math.min(gradient.length(), from + PIECE);
      running.offer(
          from,
          gradient.get(NDArrayIndex.interval(from, to)),
          mask.get(NDArrayIndex.interval(from, to)));
    }
    return running.largest();
  }

  /**
   * Looks at a piece.
   *
   * @param from the place of its first value in the parameter
   * @param gradient rank 1, finite; stays as it is
   * @param mask of the same weights
   */
  public void offer(long from, INDArray gradient, INDArray mask) {
    try (INDArray pruned = mask.rsub(1)) {
      long count = Math.min(most, Masks.countOnes(List.of(pruned))[0]);
      if (count == 0) {
        return;
      }
      INDArray magnitudes = Transforms.abs(gradient, true);
      INDArray ranked = MaskMaker.onlyWhere(pruned, magnitudes);
      INDArray chosen = ExactSelection.keepLargest(ranked, count);
      int[] places = BitSet.valueOf(HostBits.pack(chosen)).stream().toArray();
      float[] values = gather(gradient, places);
      for (int i = 0; i < places.length; i++) {
        top.put(Math.toIntExact(from + places[i]), (double) values[i]);
      }
      magnitudes.close();
      ranked.close();
      chosen.close();
    }
    SortedMap<Integer, Double> shorter = new TreeMap<>();
    for (int index : SparseGradient.largest(top, most)) {
      shorter.put(index, top.get(index));
    }
    top = shorter;
  }

  private static float[] gather(INDArray flat, int[] places) {
    try (INDArray indices = Nd4j.createFromArray(places);
        INDArray values =
            Nd4j.exec(
                DynamicCustomOp.builder("gather")
                    .addInputs(flat, indices)
                    .addIntegerArguments(0)
                    .build())[0]) {
      return HostBytes.floats(values);
    }
  }

  /**
   * What is kept so far.
   *
   * @return the largest by magnitude; of equal ones the lower index
   */
  public SparseGradient largest() {
    float[] values = new float[top.size()];
    int i = 0;
    for (double value : top.values()) {
      values[i++] = (float) value;
    }
    return new SparseGradient(top.keySet().stream().mapToInt(Integer::intValue).toArray(), values);
  }
}

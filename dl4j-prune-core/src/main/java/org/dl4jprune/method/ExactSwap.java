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

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Exchanges named pruned weights for the smallest kept ones, so that the density stays. Unlike
 * {@link MaskMaker#exchange} it grows first, so a weight that drops does not come back at once.
 * Card {@code fedtiny}, step B2c.
 */
public final class ExactSwap {
  private ExactSwap() {}

  /**
   * Makes the new mask of one parameter.
   *
   * @param mask rank 1: 1 = kept; stays as it is
   * @param values the weights, finite; stay as they are
   * @param grown the pruned weights that come, in flat order, each once and rising
   * @return a new mask with as many ones; of equal magnitudes the lower index is kept
   * @throws IllegalArgumentException if a weight that is to come is kept already, or more come than
   *     are kept
   */
  public static INDArray swap(INDArray mask, INDArray values, int[] grown) {
    long[] kept = Masks.countOnes(List.of(mask));
    if (grown.length > kept[0]) {
      throw new IllegalArgumentException(
          "%d weights cannot be exchanged for the %d that are kept"
              .formatted(grown.length, kept[0]));
    }
    BitSet bits = new BitSet();
    Arrays.stream(grown).forEach(bits::set);
    try (INDArray growing = Nd4j.createUninitialized(mask.dataType(), mask.length());
        INDArray magnitudes = Transforms.abs(values, true);
        INDArray ranked = MaskMaker.onlyWhere(mask, magnitudes)) {
      HostBits.unpack(Arrays.copyOf(bits.toLongArray(), HostBits.words(mask.length())), growing);
      try (INDArray both = growing.mul(mask)) {
        long already = Masks.countOnes(List.of(both))[0];
        if (already != 0) {
          throw new IllegalArgumentException(
              "%d of the weights that are to come are kept already".formatted(already));
        }
      }
      return ExactSelection.keepLargest(ranked, kept[0] - grown.length).addi(growing);
    }
  }
}

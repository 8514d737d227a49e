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
package org.dl4jprune.allocation;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.CumSum;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The score of layer-adaptive magnitude pruning: a weight's square as a share of the squares of all
 * weights of its layer that are not smaller. The largest of each layer scores 1, so a ranking over
 * all layers empties none. LAMP, Lee et al., ICLR 2021, <a
 * href="https://arxiv.org/abs/2010.07611">arXiv 2010.07611</a>.
 */
public final class LampScore {
  private LampScore() {}

  /**
   * Scores one layer. Among equal magnitudes an earlier one scores less.
   *
   * @param ascending the magnitudes of one layer, rank 1, sorted upwards; negative infinity stands
   *     for a dead weight
   * @return a new DOUBLE vector in the same order: in [0, 1], -1 for dead weights, and 0 where a
   *     layer holds nothing but zeros
   */
  public static INDArray ofAscending(INDArray ascending) {
    // The sums span many orders of magnitude, so that FLOAT would lose the small terms.
    INDArray dead = ascending.lt(0).castTo(DataType.DOUBLE);
    INDArray squares = Transforms.relu(ascending.castTo(DataType.DOUBLE), true);
    squares.muli(squares);
    INDArray sums = Nd4j.exec(new CumSum(squares, false, true, 0))[0];
    INDArray empty = sums.eq(0).castTo(DataType.DOUBLE);
    return squares.divi(sums.addi(empty)).subi(dead);
  }
}

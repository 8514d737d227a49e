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
package org.dl4jprune.pattern;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.api.ops.impl.transforms.custom.CumSum;
import org.nd4j.linalg.api.ops.impl.transforms.custom.GreaterThan;
import org.nd4j.linalg.api.ops.impl.transforms.custom.GreaterThanOrEqual;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LessThanOrEqual;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Exact selections in every row of a matrix, each with a count of its own. Of equal scores the
 * lower index is kept. Time: one sort of the matrix. Memory: about six times the scores.
 */
public final class RowSelection {
  private RowSelection() {}

  /**
   * Keeps all but the smallest scores of each row.
   *
   * @param scores rank 1, in flat order, of FLOAT or DOUBLE without NaN; not modified
   * @param zeros how many scores of each row go, from 0 to the length of a row
   * @return a new vector of the same type: 1 for what is kept and 0 for the others
   * @throws IllegalArgumentException if the rows do not divide the scores, or a number is outside
   *     its range
   */
  public static INDArray withoutSmallest(INDArray scores, List<Long> zeros) {
    int rows = zeros.size();
    long columns = rows == 0 ? 0 : scores.length() / rows;
    if (rows == 0
        || columns * rows != scores.length()
        || zeros.stream().anyMatch(zero -> zero < 0 || zero > columns)) {
      throw new IllegalArgumentException(
          "%d scores are no rows that can lose %s".formatted(scores.length(), zeros));
    }
    INDArray matrix = scores.reshape('c', rows, columns);
    double[] kept = zeros.stream().mapToDouble(zero -> columns - zero).toArray();
    try (INDArray counts = Nd4j.createFromArray(kept).reshape('c', rows, 1);
        INDArray thresholds = thresholds(matrix, zeros);
        INDArray isAbove = Nd4j.exec(new GreaterThan(matrix, thresholds))[0];
        INDArray isLeast = Nd4j.exec(new GreaterThanOrEqual(matrix, thresholds))[0];
        INDArray above = isAbove.castTo(DataType.DOUBLE);
        INDArray equal = isLeast.castTo(DataType.DOUBLE).subi(above);
        INDArray ordinals = equal.ulike();
        INDArray strictly = above.sum(true, 1)) {
      // Of the ties, the first so many as are left when all larger ones are kept.
      Nd4j.exec(new CumSum(equal, ordinals, false, false, 1));
      counts.subi(strictly);
      try (INDArray isEarly = Nd4j.exec(new LessThanOrEqual(ordinals, counts))[0];
          INDArray early = isEarly.castTo(DataType.DOUBLE)) {
        above.addi(equal.muli(early));
      }
      INDArray mask = Nd4j.createUninitialized(scores.dataType(), scores.length());
      return mask.assign(above.reshape('c', new long[] {scores.length()}));
    }
  }

  /** The smallest score that each row keeps; the largest where it keeps none. [rows, 1]. */
  private static INDArray thresholds(INDArray matrix, List<Long> zeros) {
    long columns = matrix.size(1);
    long[] places = new long[zeros.size()];
    for (int row = 0; row < places.length; row++) {
      places[row] = row * columns + Math.min(zeros.get(row), columns - 1);
    }
    try (INDArray sorted = matrix.dup('c');
        INDArray indices = Nd4j.createFromArray(places)) {
      Nd4j.sort(sorted, 1, true);
      INDArray flat = sorted.reshape('c', new long[] {sorted.length()});
      return Nd4j.exec(new Gather(flat, indices, 0))[0].reshape('c', places.length, 1);
    }
  }
}

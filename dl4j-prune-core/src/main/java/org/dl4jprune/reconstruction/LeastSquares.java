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
package org.dl4jprune.reconstruction;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The least-squares problem of one linear layer Y = X·B: which B with some rows zero keeps X·B
 * closest to what it was? Optimal Brain Surgeon in closed form: with H = XᵀX + damping·mean(diag)·I
 * and M = H⁻¹, rows P are removed by B ← B − M_:P (M_PP)⁻¹ B_P, which is the solution H_KK⁻¹
 * (H·B)_K of the normal equations for the rows K that stay. Wang et al. 2024 (SPA), <a
 * href="https://arxiv.org/abs/2403.18955">arXiv 2403.18955</a>, section 3.4.
 *
 * <p>All in DOUBLE. Memory: XᵀX, H and M take 3·8·n² bytes for n rows of B; solving takes 2·8·p·(p
 * + o) more for p removed rows and o outputs. Time: O(n³).
 */
public final class LeastSquares implements AutoCloseable {
  private final INDArray products;
  private final INDArray inverse;
  private final String name;

  private LeastSquares(INDArray products, INDArray inverse, String name) {
    this.products = products;
    this.inverse = inverse;
    this.name = name;
  }

  /**
   * Prepares a problem.
   *
   * @param products XᵀX, n×n in DOUBLE; it is kept and closed with this object
   * @param damping what is added to the diagonal, as a share of the diagonal's mean; above 0
   * @param name the layer, for messages
   * @return the problem, to be closed
   * @throws IllegalStateException if the inputs are all zero or not finite
   */
  public static LeastSquares of(INDArray products, double damping, String name) {
    double level = HostReads.scalar(Nd4j.diag(products).mean());
    if (!(level > 0 && level < Double.POSITIVE_INFINITY)) {
      throw new IllegalStateException(
          "The inputs of %s have the mean square %s on the calibration data; they must be finite and not all zero: use other data"
              .formatted(name, level));
    }
    try (INDArray damped =
        products.add(Nd4j.eye(products.rows()).castTo(DataType.DOUBLE).muli(damping * level))) {
      return new LeastSquares(products, Inverse.of(damped, name), name);
    }
  }

  /**
   * The cost of removing single rows: the sum over the outputs of B_co² / (2·M_cc).
   *
   * @param b n×o in DOUBLE
   * @return one number for each row
   */
  public double[] scores(INDArray b) {
    try (INDArray squares = b.mul(b);
        INDArray sums = squares.sum(1)) {
      sums.divi(Nd4j.diag(inverse).muli(2));
      return HostReads.vector(sums);
    }
  }

  /**
   * Removes rows and lets the others take over.
   *
   * @param b n×o in DOUBLE; it is not changed
   * @param gone the numbers of the rows that go, each once; may be empty
   * @return a new n×o array with zeros in these rows
   */
  public INDArray without(INDArray b, int... gone) {
    INDArray refitted = b.dup('c');
    if (gone.length == 0) {
      return refitted;
    }
    if (gone.length == b.rows()) {
      return refitted.assign(0);
    }
    INDArray columns = inverse.getColumns(gone);
    INDArray corner = columns.getRows(gone);
    try (INDArray solver = Inverse.of(corner, name);
        INDArray multipliers = solver.mmul(b.getRows(gone));
        INDArray moved = columns.mmul(multipliers)) {
      refitted.subi(moved);
    }
    return refitted.muliColumnVector(kept(gone, b.rows()));
  }

  /**
   * How far the outputs move, as a share of what they were: ‖X·(after − before)‖² / ‖X·before‖².
   *
   * @param before n×o in DOUBLE
   * @param after n×o in DOUBLE
   * @return 0 for no change; 0 too if both outputs are zero
   */
  public double relativeError(INDArray before, INDArray after) {
    try (INDArray change = after.sub(before)) {
      double all = energy(before);
      return all == 0 ? 0 : energy(change) / all;
    }
  }

  private double energy(INDArray b) {
    try (INDArray product = products.mmul(b)) {
      return Math.max(0, HostReads.scalar(product.muli(b).sum()));
    }
  }

  /** One for rows that stay, zero for the others: a column of n. */
  static INDArray kept(int[] gone, int rows) {
    double[] kept = new double[rows];
    Arrays.fill(kept, 1);
    IntStream.of(gone).forEach(row -> kept[row] = 0);
    return Nd4j.createFromArray(kept).reshape(new long[] {rows, 1});
  }

  @Override
  public void close() {
    products.close();
    inverse.close();
  }
}

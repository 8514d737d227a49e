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

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import org.nd4j.linalg.api.blas.BlasException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The inverse of a symmetric positive definite matrix: LAPACK's Cholesky factor, inverted block by
 * block with matrix products. ND4J's {@code matrix_inverse} and {@code cholesky} refuse matrices of
 * small entries, its {@code solve} takes tens of seconds at order 600, and its BLAS {@code trsm}
 * does nothing.
 */
final class Inverse {
  private static final int SMALL = 32;

  private Inverse() {}

  /**
   * Inverts.
   *
   * @param matrix symmetric positive definite, DOUBLE; it is not changed
   * @param name the layer, for messages
   * @return a new symmetric array
   * @throws IllegalStateException if the matrix is not positive definite
   */
  static INDArray of(INDArray matrix, String name) {
    try (INDArray factor = matrix.dup('f')) {
      try {
        Nd4j.getBlasWrapper().lapack().potrf(factor, true);
      } catch (BlasException e) {
        throw new IllegalStateException(
            "The correlations of the inputs of %s are not positive definite; raise the damping"
                .formatted(name),
            e);
      }
      try (INDArray root = triangular(factor)) {
        return root.transpose().mmul(root);
      }
    }
  }

  /** (A 0; C D)⁻¹ = (A⁻¹ 0; −D⁻¹·C·A⁻¹ D⁻¹). */
  private static INDArray triangular(INDArray lower) {
    int n = lower.rows();
    if (n <= SMALL) {
      INDArray one = Nd4j.eye(n).castTo(DataType.DOUBLE);
      return Nd4j.linalg().triangularSolve(lower.dup('c'), one, true, false);
    }
    int half = n / 2;
    INDArray inverse = Nd4j.zeros(DataType.DOUBLE, n, n);
    try (INDArray top = triangular(lower.get(interval(0, half), interval(0, half)));
        INDArray bottom = triangular(lower.get(interval(half, n), interval(half, n)));
        INDArray left = bottom.mmul(lower.get(interval(half, n), interval(0, half)));
        INDArray corner = left.mmul(top).negi()) {
      inverse.get(interval(0, half), interval(0, half)).assign(top);
      inverse.get(interval(half, n), interval(half, n)).assign(bottom);
      inverse.get(interval(half, n), interval(0, half)).assign(corner);
    }
    return inverse;
  }
}

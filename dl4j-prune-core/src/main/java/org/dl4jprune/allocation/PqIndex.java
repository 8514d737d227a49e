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

import java.util.Arrays;
import java.util.List;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How concentrated the magnitudes of a vector are: 1 − d^(1/q − 1/p)·‖w‖_p / ‖w‖_q, which is 0 for
 * equal magnitudes and 1 − d^(1/q − 1/p) for a single one among zeros. It changes neither with
 * scale, sign or order, nor if the vector is repeated. Card {@code sap-pqi}; Diao et al., ICLR
 * 2023, <a href="https://arxiv.org/abs/2302.05601">arXiv 2302.05601</a>, definition 1 and theorem
 * 2.
 *
 * @param p the smaller exponent, above 0; 0.5 by default of the paper
 * @param q the larger exponent; 1 by default of the paper
 */
public record PqIndex(double p, double q) {

  /**
   * Checks its arguments.
   *
   * @param p the smaller exponent
   * @param q the larger exponent
   * @throws IllegalArgumentException unless 0 &lt; p &lt; q, both finite
   */
  public PqIndex {
    if (!(p > 0 && p < q && q < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("0 < p < q must hold, not p = %s, q = %s".formatted(p, q));
    }
  }

  /**
   * The index of weights. Those that are pruned must not be among them: their zeros would make any
   * pruned network look compressible.
   *
   * @param active rank 1, of any floating point type; not changed
   * @return in [0, 1 − d^(1/q − 1/p)]; 0 for an empty vector, or one of zeros only
   * @throws IllegalArgumentException if a weight is NaN or infinite
   */
  public double of(INDArray active) {
    try (INDArray magnitudes = Transforms.abs(active, true)) {
      return ofAlive(List.of(magnitudes), active.length());
    }
  }

  /**
   * The index of all weights of several arrays together.
   *
   * @param values of any floating point type; not changed. Pruned weights are zeros, and are not
   *     counted
   * @param active how many weights are not pruned, zeros among them included
   * @return in [0, 1 − d^(1/q − 1/p)]; 0 for no active weight, or zeros only
   * @throws IllegalArgumentException if a weight is NaN or infinite
   */
  public double of(List<INDArray> values, long active) {
    List<INDArray> magnitudes = values.stream().map(v -> Transforms.abs(v, true)).toList();
    try {
      return ofAlive(magnitudes, active);
    } finally {
      magnitudes.forEach(INDArray::close);
    }
  }

  /**
   * The index of the magnitudes of all arrays together.
   *
   * @param magnitudes at least 0; minus infinity for what is dead
   * @param alive how many are not dead
   */
  double ofAlive(List<INDArray> magnitudes, long alive) {
    // In DOUBLE and divided by the largest, or powers of large and small weights leave its range. A
    // dead weight counts as 0, which adds nothing to a sum of powers.
    List<INDArray> scaled =
        magnitudes.stream().map(m -> Transforms.relu(m.castTo(DataType.DOUBLE), true)).toList();
    try {
      double largest = 0;
      for (INDArray part : scaled) {
        double sum = part.isEmpty() ? 0 : HostReads.scalar(part.sum());
        if (!(sum < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException("The weights contain NaN or infinity");
        }
        largest = Math.max(largest, part.isEmpty() ? 0 : HostReads.scalar(part.max()));
      }
      if (largest == 0) {
        return 0;
      }
      double scale = largest;
      scaled.forEach(part -> part.divi(scale));
      double small = Math.pow(powerSum(scaled, p) / alive, 1 / p);
      double large = Math.pow(powerSum(scaled, q) / alive, 1 / q);
      return Math.max(0, 1 - small / large);
    } finally {
      scaled.forEach(INDArray::close);
    }
  }

  /**
   * The indices of rows.
   *
   * @param values the index of each
   * @param alive how many weights of each are not dead
   */
  record Rows(double[] values, long[] alive) {}

  /**
   * The index of each row by itself.
   *
   * @param magnitudes [rows, columns], at least 0; minus infinity for what is dead
   */
  Rows ofRows(INDArray magnitudes) {
    try (INDArray living = magnitudes.gt(Double.NEGATIVE_INFINITY);
        INDArray counts = living.castTo(DataType.DOUBLE);
        INDArray scaled = Transforms.relu(magnitudes.castTo(DataType.DOUBLE), true);
        INDArray largest = scaled.max(1)) {
      // A row of zeros is divided by one: its index is 0, whatever it is divided by.
      largest.addi(largest.eq(0).castTo(DataType.DOUBLE));
      scaled.diviColumnVector(largest.reshape('c', new long[] {scaled.size(0), 1}));
      double[] alive = rowSums(counts);
      double[] small = powerSums(scaled, p);
      double[] large = powerSums(scaled, q);
      double[] values = new double[alive.length];
      for (int row = 0; row < values.length; row++) {
        if (!(small[row] < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException("The weights contain NaN or infinity");
        }
        double mean = Math.pow(small[row] / alive[row], 1 / p);
        double top = Math.pow(large[row] / alive[row], 1 / q);
        values[row] = large[row] == 0 ? 0 : Math.max(0, 1 - mean / top);
      }
      return new Rows(values, Arrays.stream(alive).mapToLong(count -> (long) count).toArray());
    }
  }

  private static double[] powerSums(INDArray magnitudes, double exponent) {
    try (INDArray powers = Transforms.pow(magnitudes, exponent, true)) {
      return rowSums(powers);
    }
  }

  private static double[] rowSums(INDArray matrix) {
    try (INDArray sums = matrix.sum(1)) {
      return HostReads.vector(sums.reshape('c', new long[] {matrix.size(0)}));
    }
  }

  private static double powerSum(List<INDArray> magnitudes, double exponent) {
    double sum = 0;
    for (INDArray part : magnitudes) {
      try (INDArray powers = Transforms.pow(part, exponent, true)) {
        sum += HostReads.scalar(powers.sum());
      }
    }
    return sum;
  }

  /**
   * The least number of weights whose magnitudes outweigh the others', by the theorem: any r whose
   * r largest hold all but a share η of the mass Σ|w|^p is at least this.
   *
   * @param index the index of the weights
   * @param weights how many there are
   * @param eta the share, at least 0
   * @return a real number, at most {@code weights}
   */
  public double leastKept(double index, long weights, double eta) {
    return weights * Math.pow(1 + eta, -q / (q - p)) * Math.pow(1 - index, p * q / (q - p));
  }
}

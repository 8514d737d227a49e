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
package org.dl4jprune.calibration.relevance;

import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The rules of layers with weights. Each divides relevance by what the layer computes and sends it
 * back through the transposed layer, weighted by the input. Where a divisor of the sign-split rules
 * is 0, so are all of its terms: nothing is passed on there, and nothing is divided.
 */
final class LinearRules {
  private LinearRules() {}

  /** R_j = a_j Σ_k W_kj R_k / (z_k + ε·sgn z_k) with z = W a + b. */
  static INDArray epsilon(
      LinearMap map, INDArray a, INDArray w, INDArray bias, INDArray r, double epsilon) {
    INDArray z = map.apply(a, w);
    if (bias != null) {
      z = z.add(map.alongOutput(bias, z.rank()));
    }
    return map.transposed(r.div(stabilised(z, epsilon)), w, a.shape()).muli(a);
  }

  /** z + ε·sgn z, and ε where z = 0; a new array. */
  static INDArray stabilised(INDArray z, double epsilon) {
    INDArray sign = Transforms.sign(z, true);
    sign.addi(z.eq(0).castTo(z.dataType())).muli(epsilon);
    return sign.addi(z);
  }

  /** α = 1, β = 0 over products: a positive contribution is a⁺·W⁺ or a⁻·W⁻. */
  static INDArray alphaBeta(LinearMap map, INDArray a, INDArray w, INDArray r) {
    INDArray positive = Transforms.relu(w, true);
    if (HostReads.scalar(a.min()) >= 0) {
      INDArray s = quotient(r, map.apply(a, positive));
      return map.transposed(s, positive, a.shape()).muli(a);
    }
    INDArray negative = w.sub(positive);
    INDArray aPositive = Transforms.relu(a, true);
    INDArray aNegative = a.sub(aPositive);
    INDArray z = map.apply(aPositive, positive).addi(map.apply(aNegative, negative));
    INDArray s = quotient(r, z);
    INDArray result = map.transposed(s, positive, a.shape()).muli(aPositive);
    return result.addi(map.transposed(s, negative, a.shape()).muli(aNegative));
  }

  /** z^B: for an input that lies between two bounds. */
  static INDArray box(LinearMap map, INDArray x, INDArray w, INDArray r, double low, double high) {
    INDArray positive = Transforms.relu(w, true);
    INDArray negative = w.sub(positive);
    INDArray lows = Nd4j.valueArrayOf(x.shape(), low, x.dataType());
    INDArray highs = Nd4j.valueArrayOf(x.shape(), high, x.dataType());
    INDArray z = map.apply(x, w).subi(map.apply(lows, positive)).subi(map.apply(highs, negative));
    INDArray s = quotient(r, z);
    INDArray result = map.transposed(s, w, x.shape()).muli(x);
    result.subi(map.transposed(s, positive, x.shape()).muli(lows));
    return result.subi(map.transposed(s, negative, x.shape()).muli(highs));
  }

  /** r / z, and 0 where z = 0; z is overwritten. */
  private static INDArray quotient(INDArray r, INDArray z) {
    INDArray zeros = z.eq(0).castTo(z.dataType());
    z.addi(zeros);
    return r.div(z).muli(zeros.rsubi(1));
  }
}

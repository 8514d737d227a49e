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
package org.dl4jprune.federated;

import java.io.Serializable;

/**
 * The pruned parameters of a model as they travel.
 *
 * @param mask bits of each parameter, 1 = kept, the lowest bit of a byte first; null for a receiver
 *     who knows them
 * @param kept the kept weights, parameter after parameter in flat order
 */
public record SparseValues(byte[][] mask, float[] kept) implements Serializable {

  /**
   * What is sent.
   *
   * @return 4 for each weight, and an eighth for each bit of the mask, rounded up for each
   *     parameter
   */
  public long bytes() {
    long bytes = (long) Float.BYTES * kept.length;
    if (mask != null) {
      for (byte[] bits : mask) {
        bytes += bits.length;
      }
    }
    return bytes;
  }

  /**
   * The same for a receiver who knows the mask.
   *
   * @return values without a mask
   */
  SparseValues withoutMask() {
    return new SparseValues(null, kept);
  }
}

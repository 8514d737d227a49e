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
package org.dl4jprune.structure;

import java.util.Arrays;

/** How the scores of a unit's slices become the score of the unit. */
public enum Aggregation {
  /** The sum over the slices. */
  SUM {
    @Override
    double of(double[] slices) {
      return Arrays.stream(slices).sum();
    }
  },
  /** The mean over the slices. */
  MEAN {
    @Override
    double of(double[] slices) {
      return Arrays.stream(slices).average().orElse(0);
    }
  },
  /** The largest slice. */
  MAX {
    @Override
    double of(double[] slices) {
      return Arrays.stream(slices).max().orElse(0);
    }
  },
  /** The product over the slices. */
  PRODUCT {
    @Override
    double of(double[] slices) {
      return Arrays.stream(slices).reduce(1, (a, b) -> a * b);
    }
  },
  /** The first slice in the order of the model. */
  FIRST {
    @Override
    double of(double[] slices) {
      return slices[0];
    }
  };

  abstract double of(double[] slices);
}

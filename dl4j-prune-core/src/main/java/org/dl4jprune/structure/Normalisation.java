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

/** How scores of different groups are made comparable. A divisor of zero gives zeros. */
public enum Normalisation {
  /** Scores as they are. */
  NONE {
    @Override
    double[] of(double[] scores) {
      return scores.clone();
    }
  },
  /** Divided by their sum. */
  SUM {
    @Override
    double[] of(double[] scores) {
      return divided(scores, Arrays.stream(scores).sum());
    }
  },
  /** Divided by their mean. */
  MEAN {
    @Override
    double[] of(double[] scores) {
      return divided(scores, mean(scores));
    }
  },
  /** Divided by their maximum. */
  MAX {
    @Override
    double[] of(double[] scores) {
      return divided(scores, Arrays.stream(scores).max().orElse(0));
    }
  },
  /** Standard scores: mean 0, variance 1 with divisor n − 1. */
  STANDARD {
    @Override
    double[] of(double[] scores) {
      double mean = mean(scores);
      double squares = Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum();
      double deviation = scores.length < 2 ? 0 : Math.sqrt(squares / (scores.length - 1));
      return divided(Arrays.stream(scores).map(s -> s - mean).toArray(), deviation);
    }
  };

  abstract double[] of(double[] scores);

  private static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElse(0);
  }

  private static double[] divided(double[] scores, double divisor) {
    return Arrays.stream(scores).map(s -> divisor == 0 ? 0 : s / divisor).toArray();
  }
}

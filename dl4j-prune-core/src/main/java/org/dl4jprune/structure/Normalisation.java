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
import java.util.Comparator;

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
  },
  /**
   * The square divided by the sum of its own and of all larger squares, so that the best of every
   * group scores 1; equal squares stand in the order of the units. Lee et al., ICLR 2021 (LAMP), <a
   * href="https://arxiv.org/abs/2010.07611">arXiv 2010.07611</a>, equation 3, of units instead of
   * weights.
   */
  LAMP {
    @Override
    double[] of(double[] scores) {
      Integer[] descending = new Integer[scores.length];
      Arrays.setAll(descending, i -> scores.length - 1 - i);
      Arrays.sort(descending, Comparator.comparingDouble(i -> -scores[i] * scores[i]));
      double[] normalised = new double[scores.length];
      double sum = 0;
      for (int i : descending) {
        double square = scores[i] * scores[i];
        sum += square;
        normalised[i] = sum == 0 ? 0 : square / sum;
      }
      return normalised;
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

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
import java.util.List;
import org.dl4jprune.calibration.ChannelMoments;
import org.dl4jprune.method.SparseGradient;

/**
 * What a device sends to the server. Moments, losses and gradients reveal something of its data.
 */
public sealed interface Answer extends Serializable {

  /**
   * The numbers in the message.
   *
   * @return in bytes
   */
  long bytes();

  /**
   * Of the device's own data.
   *
   * @param candidates one for each
   */
  record Moments(List<ChannelMoments> candidates) implements Answer {
    @Override
    public long bytes() {
      return Float.BYTES * candidates.stream().mapToLong(ChannelMoments::numbers).sum();
    }
  }

  /**
   * On the device's development examples.
   *
   * @param candidates one for each
   */
  record Losses(float[] candidates) implements Answer {
    @Override
    public long bytes() {
      return (long) Float.BYTES * candidates.length;
    }
  }

  /**
   * After local training.
   *
   * @param dense all dense values
   * @param kept the kept weights
   * @param gradients the largest of pruned weights, one list for each parameter that was asked for
   */
  record Trained(float[] dense, float[] kept, List<SparseGradient> gradients) implements Answer {
    @Override
    public long bytes() {
      long pairs = gradients.stream().mapToLong(of -> of.indices().length).sum();
      return (long) Float.BYTES * (dense.length + kept.length)
          + (Integer.BYTES + Float.BYTES) * pairs;
    }

    /** Whether all values are numbers. */
    boolean isFinite() {
      return finite(dense)
          && finite(kept)
          && gradients.stream().allMatch(of -> finite(of.values()));
    }

    private static boolean finite(float[] values) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
      return true;
    }
  }
}

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

/**
 * What the server sends to a device: plain numbers, so that it can travel in any way. Dense values
 * are all parameters that are not pruned; running statistics travel as means and variances.
 */
public sealed interface Request extends Serializable {

  /**
   * The numbers in the message; what says which round and which layer is not counted.
   *
   * @return in bytes
   */
  long bytes();

  /**
   * Asks for the moments at the inputs of all batch normalisations.
   *
   * @param dense the dense values of all candidates
   * @param candidates sparse models, with masks
   */
  record Moments(float[] dense, List<SparseValues> candidates) implements Request {
    @Override
    public long bytes() {
      return size(dense, candidates);
    }
  }

  /**
   * Asks for the loss of each candidate with given moments.
   *
   * @param dense the dense values of all candidates; empty if the device remembers them
   * @param candidates sparse models; empty if the device remembers them
   * @param moments of each candidate; empty in models without batch normalisation
   */
  record Losses(float[] dense, List<SparseValues> candidates, List<ChannelMoments> moments)
      implements Request {
    @Override
    public long bytes() {
      return size(dense, candidates)
          + Float.BYTES * moments.stream().mapToLong(ChannelMoments::numbers).sum();
    }
  }

  /**
   * Asks for local training.
   *
   * @param round from 1
   * @param maskVersion rises by one when the server changes the mask
   * @param dense all dense values
   * @param model the sparse model, without a mask if the device knows it
   * @param wanted of which parameters the device sends its largest gradients
   */
  record Train(int round, int maskVersion, float[] dense, SparseValues model, List<Wanted> wanted)
      implements Request {
    @Override
    public long bytes() {
      return (long) Float.BYTES * dense.length + model.bytes();
    }
  }

  /**
   * A number of gradients of pruned weights.
   *
   * @param parameter its place among the pruned parameters
   * @param most how many gradients a device sends
   */
  record Wanted(int parameter, long most) implements Serializable {}

  private static long size(float[] dense, List<SparseValues> candidates) {
    return (long) Float.BYTES * dense.length
        + candidates.stream().mapToLong(SparseValues::bytes).sum();
  }
}

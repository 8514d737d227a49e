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
package org.dl4jprune.compare;

/** One way to come to a network of the pruned size. */
public enum Arm {
  /** The network before pruning; always trained. */
  DENSE,
  /** The pruned network, trained on. */
  FINE_TUNE,
  /** New initial weights, trained for as many epochs as the dense network. */
  SCRATCH_E,
  /** New initial weights, trained for as many multiply-accumulates as the dense network. */
  SCRATCH_B,
  /**
   * New initial weights, trained for as many multiply-accumulates as the dense network and its
   * fine-tuning together.
   */
  SCRATCH_TOTAL,
  /**
   * New initial weights in an architecture that was not found: the same fraction of every group of
   * units is gone, so that at most as many multiply-accumulates are left as in the found one;
   * trained for as many epochs as the dense network. Only where units are removed.
   */
  UNIFORM,
  /** The initial weights of the dense network, cut or masked, trained for as many epochs as it. */
  TICKET;

  /** Whether a trained dense network comes first, whose cost then counts. */
  boolean needsDense() {
    return this == FINE_TUNE || this == TICKET;
  }

  boolean fromScratch() {
    return this == SCRATCH_E || this == SCRATCH_B || this == SCRATCH_TOTAL || this == UNIFORM;
  }
}

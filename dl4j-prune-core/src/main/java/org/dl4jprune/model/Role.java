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
package org.dl4jprune.model;

/** What a parameter does in its layer. */
public enum Role {
  /** A weight that is applied to a layer's input: dense, convolution, attention projection. */
  WEIGHT,
  /** A weight that is applied to the previous time step's output. */
  RECURRENT_WEIGHT,
  /** A table whose rows are looked up. */
  EMBEDDING,
  /** An additive offset of a layer's output. */
  BIAS,
  /** The multiplicative parameter (gamma, gain) of a normalisation. */
  NORM_SCALE,
  /** The additive parameter (beta) of a normalisation. */
  NORM_SHIFT,
  /** A running mean or variance; it is stored with the parameters but not trained by a gradient. */
  NORM_STATISTIC,
  /** Anything else, such as the slope of a PReLU. */
  OTHER
}

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
package org.dl4jprune.gates;

/** What one gate opens and closes. */
public enum Granularity {
  /** A single weight of a layer's matrix or kernel; folds into zeros. */
  WEIGHT,
  /** The output channel of a dense or convolutional layer; folds into its removal. */
  CHANNEL,
  /**
   * A head of a self-attention layer with projections; folds into its removal. DL4J doubles the
   * gradients of such layers, so the task's part in the gradient of their gates is doubled too.
   */
  HEAD,
  /** A whole residual branch; folds into its removal, leaving the skip connection. */
  LAYER
}

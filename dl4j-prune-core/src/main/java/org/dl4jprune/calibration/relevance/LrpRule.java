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

/** How a layer with weights passes relevance on to its inputs. */
public enum LrpRule {
  /** In proportion to the contributions a·w, with bias and a small ε in the divisor. */
  EPSILON,
  /** In proportion to the positive contributions only, bias ignored: α = 1, β = 0. */
  ALPHA1_BETA0
}

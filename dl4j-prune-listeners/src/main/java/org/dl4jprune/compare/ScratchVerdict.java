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

/** What the comparison with fine-tuning shows, at 95 % confidence. */
public enum ScratchVerdict {
  /** The arm is worse than fine-tuning: the inherited weights are worth something. */
  WEIGHTS_MATTER,
  /** The arm is at most the tolerance worse: the architecture or mask is all that is worth it. */
  ARCHITECTURE_SUFFICES,
  /** The interval allows both. */
  UNDECIDED
}

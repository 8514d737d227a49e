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

import java.util.List;

/**
 * One gated activation or weight of a SameDiff graph.
 *
 * @param granularity what one gate opens and closes
 * @param relaxation how logits become gates
 * @param source the name of what is gated
 * @param gated the name of the product
 * @param gates the name of the gates, [1 or examples, count] or of the weight's shape
 * @param open the name of their probabilities of being open, of the same shape
 * @param count how many gates there are
 * @param producers the names of the weight and bias that make the activation, output axis last; or
 *     the weight itself
 * @param perExample whether the gates depend on the example
 */
record SameDiffSite(
    Granularity granularity,
    Relaxation relaxation,
    String source,
    String gated,
    String gates,
    String open,
    long count,
    List<String> producers,
    boolean perExample) {

  /** Whether the gated variable is a weight and no activation. */
  boolean ofWeight() {
    return granularity == Granularity.WEIGHT || granularity == Granularity.HEAD;
  }

  /** Whether all gates may close, since a residual connection leads around what is gated. */
  boolean removable() {
    return granularity == Granularity.LAYER;
  }
}

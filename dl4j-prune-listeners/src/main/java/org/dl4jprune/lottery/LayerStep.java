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
package org.dl4jprune.lottery;

import java.util.List;

/**
 * A finished piece of a layer lottery.
 *
 * @param removed the blocks that are gone; null for the dense network
 * @param iteration how far the dense network is, or where the ticket went back to
 * @param score at the end of a training; NaN elsewhere and where it diverged
 */
record LayerStep(List<String> removed, long iteration, double score) {

  boolean ofTicket() {
    return removed != null;
  }
}

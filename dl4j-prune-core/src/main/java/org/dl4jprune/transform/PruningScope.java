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
package org.dl4jprune.transform;

/** Which units are ranked together. */
public enum PruningScope {
  /** Each group by itself: every group loses the same fraction. */
  LOCAL,
  /** The units of all groups together. */
  GLOBAL,
  /**
   * The units of groups of the same make together, such as the first convolutions of all blocks of
   * one kind: every kind loses the same fraction. Two groups are of the same make if they cut the
   * same kinds of parameters of the same kinds of layers along the same axes in the same order,
   * whatever their widths. Fang et al. 2024 (Isomorphic Pruning), <a
   * href="https://arxiv.org/abs/2407.04616">arXiv 2407.04616</a>, section 3.2, which compares the
   * graphs of the operations; here the list of cut axes stands for the graph.
   */
  ISOMORPHIC
}

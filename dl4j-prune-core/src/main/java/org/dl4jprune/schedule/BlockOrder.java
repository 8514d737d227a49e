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
package org.dl4jprune.schedule;

/** In which order blocks of layers take turns. */
public enum BlockOrder {
  /** From the output towards the input, then round again. */
  BACKWARD,
  /** From the input towards the output, then round again. */
  FORWARD;

  /**
   * Whose turn it is.
   *
   * @param turn counted from 0
   * @param blocks how many there are, numbered from the input, at least 1
   * @return the number of the block, from 0
   */
  public int block(long turn, int blocks) {
    int place = Math.toIntExact(turn % blocks);
    return this == FORWARD ? place : blocks - 1 - place;
  }
}

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
package org.dl4jprune.structure;

import java.util.List;
import java.util.function.IntPredicate;
import org.dl4jprune.model.PrunableModel;

/**
 * What a walk over a model found, and how a model of the same class is built with fewer channels.
 */
interface Findings {

  /**
   * The channels of an activation.
   *
   * @param owner the layer, vertex or op that makes it
   * @param channels their numbers
   */
  record Activation(String owner, int[] channels) {}

  ChannelSets sets();

  List<Slot> slots();

  List<Scene.Remark> remarks();

  /** All activations whose channels are known, in the order of computation. */
  List<Activation> activations();

  /**
   * Builds the smaller model: its configuration, counters and arrays have their final form, but the
   * values of its parameters and of its updater's state are not set.
   */
  PrunableModel smaller(IntPredicate kept);
}

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
package org.dl4jprune.io;

import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where ND4J's random numbers of this thread stand: dropout and other noise of the next step follow
 * from it.
 *
 * @param root the generator's root state
 * @param node the generator's node state
 */
public record RandomState(long root, long node) {
  /** ND4J takes the clock for the seed 0, so that nothing could be repeated. */
  private static final long FOR_ZERO = 0x9E3779B97F4A7C15L;

  /**
   * The state of the calling thread's generator.
   *
   * @return a copy
   */
  public static RandomState now() {
    Random random = Nd4j.getRandom();
    return new RandomState(random.rootState(), random.nodeState());
  }

  /**
   * Seeds the generator of the calling thread. The seed 0, for which ND4J takes the clock, stands
   * for a number like any other here.
   *
   * @param seed any number
   */
  public static void seed(long seed) {
    Nd4j.getRandom().setSeed(seed == 0 ? FOR_ZERO : seed);
  }

  /** Sets the generator of the calling thread to this state. */
  public void restore() {
    Nd4j.getRandom().setStates(root, node);
  }
}

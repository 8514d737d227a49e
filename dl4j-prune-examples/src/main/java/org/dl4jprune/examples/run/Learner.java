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
package org.dl4jprune.examples.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;
import org.dl4jprune.listeners.PruningListener;

/** A model together with its data, whatever its class. */
interface Learner {

  /** Gives the model itself. */
  Object model();

  /** Adds what prunes the model while it trains. */
  void prune(PruningListener pruner);

  /** Adds what is told the loss after each step. */
  void afterEachStep(DoubleConsumer watcher);

  /** Goes through the training images once; each call sees another order. */
  void trainEpoch();

  /** Measures the fraction of right answers of a model of this learner's class on the test data. */
  double accuracy(Object model);

  /** Saves a model of this learner's class as its users would, without updater state. */
  void save(Object model, Path file) throws IOException;
}

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
package org.dl4jprune.examples.experiments;

import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.GradualMagnitudePruning;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.listeners.RigL;
import org.dl4jprune.listeners.SparseEvolutionaryTraining;
import org.dl4jprune.schedule.Schedule;

/**
 * The during-training methods with the settings of GraNet's card: about 37 updates of the masks,
 * pruning in the first half of training, exchange until its end at a rate from 0.5 to 0.005.
 */
final class Methods {
  private static final int UPDATES = 37;

  private Methods() {}

  static PruningListener gradualMagnitude(Setup setup, double sparsity) {
    return GradualMagnitudePruning.builder()
        .finalSparsity(sparsity)
        .end(setup.iterations() / 2)
        .every(every(setup))
        .build();
  }

  static PruningListener graNet(Setup setup, double sparsity, double start, long seed) {
    return GraNet.builder()
        .initialSparsity(start)
        .finalSparsity(sparsity)
        .end(setup.iterations() / 2)
        .every(every(setup))
        .iterations(setup.iterations())
        .seed(seed)
        .build();
  }

  static PruningListener rigL(Setup setup, double sparsity, long seed) {
    return RigL.builder()
        .sparsity(sparsity)
        .dropRate(Schedule.cosine(0, setup.iterations(), 0.5, 0.005))
        .end(setup.iterations() - 1)
        .every(every(setup))
        .seed(seed)
        .build();
  }

  static PruningListener sparseEvolutionary(Setup setup, double sparsity, long seed) {
    return SparseEvolutionaryTraining.builder()
        .sparsity(sparsity)
        .end(setup.iterations() - 1)
        .every(every(setup))
        .seed(seed)
        .build();
  }

  private static long every(Setup setup) {
    return Math.max(1, setup.iterations() / UPDATES);
  }
}

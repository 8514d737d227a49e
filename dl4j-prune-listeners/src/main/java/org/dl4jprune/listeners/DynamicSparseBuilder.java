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
package org.dl4jprune.listeners;

import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.method.Regrowth;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.schedule.UpdateWindow;

/**
 * What methods share that train at one sparsity from start to end and only exchange weights.
 *
 * @param <B> the builder itself
 */
public abstract class DynamicSparseBuilder<B extends DynamicSparseBuilder<B>>
    extends MethodBuilder<B> {
  private final String name;
  private double sparsity = Double.NaN;
  private Allocation initialAllocation;
  private Schedule dropRate;

  DynamicSparseBuilder(String name, boolean kernel) {
    this.name = name;
    this.initialAllocation = new ErdosRenyi(kernel);
  }

  /**
   * The sparsity of the whole training.
   *
   * @param sparsity in [0, 1); required
   * @return this
   */
  public final B sparsity(double sparsity) {
    this.sparsity = sparsity;
    return self();
  }

  /**
   * Where the zeros of the random start go; each layer's number stays.
   *
   * @param allocation Erdős–Rényi by default
   * @return this
   */
  public final B initialAllocation(Allocation allocation) {
    this.initialAllocation = allocation;
    return self();
  }

  /**
   * The fraction of each layer's active weights that is exchanged.
   *
   * @param rate over time, in [0, 1)
   * @return this
   */
  public final B dropRate(Schedule rate) {
    this.dropRate = rate;
    return self();
  }

  abstract Schedule defaultDropRate(UpdateWindow window);

  abstract Regrowth regrowth(Schedule rate, UpdateWindow window);

  @Override
  public final Pruning configuration() {
    UpdateWindow window = window();
    Schedule rate = dropRate == null ? defaultDropRate(window) : dropRate;
    return parts(name)
        .initial(required("sparsity", sparsity), initialAllocation, new Random())
        .regrowth(regrowth(rate, window))
        .build();
  }
}

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

import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.method.Pruning;

/**
 * Prunes a trained model at once, when the listener joins it, and keeps the zeros while it is
 * fine-tuned.
 */
public final class OneShot {
  private OneShot() {}

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder extends MethodBuilder<Builder> {
    private double sparsity = Double.NaN;
    private Criterion criterion = new Magnitude();

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * The sparsity.
     *
     * @param sparsity in [0, 1); required
     * @return this
     */
    public Builder sparsity(double sparsity) {
      this.sparsity = sparsity;
      return this;
    }

    /**
     * What a weight is worth; it must be known without data and gradients. For criteria that need
     * data prune with {@link org.dl4jprune.transform.Pruner} and keep its masks with {@link
     * PruningListener#keeping}.
     *
     * @param criterion magnitude by default
     * @return this
     */
    public Builder criterion(Criterion criterion) {
      this.criterion = criterion;
      return this;
    }

    @Override
    public Pruning configuration() {
      return parts("OneShot")
          .initial(required("sparsity", sparsity), allocation, criterion)
          .build();
    }
  }
}

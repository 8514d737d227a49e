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
package org.dl4jprune.compare;

import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Initialisation;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RandomImportance;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.StructuredPruning;
import org.dl4jprune.transform.Thinned;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a pruning has found besides weights: an architecture, or a mask. */
sealed interface PrunedShape {

  /** A dense model brought to the shape; its live weights keep their values. */
  PrunableModel shaped(PrunableModel dense);

  /** A new model of the shape, from a new dense one. */
  PrunableModel fresh(PrunableModel dense, SparseAware initialisation);

  /** What stays, or null where nothing is masked. */
  PackedMasks mask();

  /** A pruned model and its shape. */
  record Found(PrunableModel model, PrunedShape shape) {

    static Found of(Thinned thinned) {
      return new Found(thinned.model(), new Cut(thinned.plan()));
    }

    static Found of(Pruned pruned) {
      PackedMasks mask = PackedMasks.of(pruned.masks());
      pruned.masks().close();
      return new Found(pruned.model(), new Masked(mask));
    }

    /** Gives a model of the shape the weights of the pruned one. */
    PrunableModel copyTo(PrunableModel target) {
      for (Parameter parameter : target.parameters()) {
        model.parameters().stream()
            .filter(p -> p.name().equals(parameter.name()))
            .findFirst()
            .ifPresent(p -> target.values(parameter).assign(model.values(p)));
      }
      return target;
    }
  }

  /**
   * The same fraction of every group, down to the multiply-accumulates of another shape. Which
   * units go does not matter, since only the widths are used.
   */
  static PrunedShape uniform(PrunableModel dense, double left, MultiDataSet example) {
    return new Cut(
        StructuredPruning.of(dense.unwrap())
            .importance(new RandomImportance())
            .multiplyAccumulates(1 - left, example)
            .plan());
  }

  /** Units that are gone. */
  record Cut(RemovalPlan plan) implements PrunedShape {

    @Override
    public PrunableModel shaped(PrunableModel dense) {
      return new Surgeon(ChannelGroups.of(dense.unwrap())).cut(plan);
    }

    @Override
    public PrunableModel fresh(PrunableModel dense, SparseAware initialisation) {
      PrunableModel small = shaped(dense);
      // Never the large network's values: they have the variance of the large fans.
      PrunableModel fresh =
          initialisation == SparseAware.OWN ? Initialisation.repeat(small) : small;
      initialisation.apply(fresh, null);
      return fresh;
    }

    @Override
    public PackedMasks mask() {
      return null;
    }
  }

  /** Weights that are zero. */
  record Masked(PackedMasks mask) implements PrunedShape {

    @Override
    public PrunableModel shaped(PrunableModel dense) {
      return dense;
    }

    @Override
    public PrunableModel fresh(PrunableModel dense, SparseAware initialisation) {
      initialisation.apply(dense, mask);
      return dense;
    }
  }
}

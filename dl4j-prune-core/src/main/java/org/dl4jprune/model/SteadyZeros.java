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
package org.dl4jprune.model;

import java.util.Collection;
import java.util.Set;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.MinMaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * The parts of a training step that map a weight of zero, a gradient of zero and an initial updater
 * state to an update of exactly zero. Only the exact classes count, since a subclass or a class of
 * a user's own may do anything.
 */
final class SteadyZeros {
  private static final Set<Class<?>> UPDATERS =
      Set.of(
          AMSGrad.class,
          AdaDelta.class,
          AdaGrad.class,
          AdaMax.class,
          Adam.class,
          Nadam.class,
          Nesterovs.class,
          NoOp.class,
          RmsProp.class,
          Sgd.class);

  private static final Set<Class<?>> REGULARIZATIONS =
      Set.of(L1Regularization.class, L2Regularization.class, WeightDecay.class);

  private static final Set<Class<?>> CONSTRAINTS =
      Set.of(
          MaxNormConstraint.class,
          MinMaxNormConstraint.class,
          NonNegativeConstraint.class,
          UnitNormConstraint.class);

  private SteadyZeros() {}

  /** For a network of layers: the solver, and all that acts on each parameter. */
  static boolean in(OptimizationAlgorithm solver, BaseMultiLayerUpdater<?> updater) {
    return solver == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
        && updater.getUpdaterBlocks().stream()
            .flatMap(block -> block.getLayersAndVariablesInBlock().stream())
            .allMatch(SteadyZeros::in);
  }

  private static boolean in(UpdaterBlock.ParamState state) {
    TrainingConfig config = state.getLayer().getConfig();
    return in(
            config.getUpdaterByParam(state.getParamName()),
            config.getRegularizationByParam(state.getParamName()))
        && (!(config instanceof Layer layer)
            || (allOf(CONSTRAINTS, layer.getConstraints())
                && allOf(CONSTRAINTS, Dl4jParameters.unwrap(layer).getConstraints())));
  }

  /** For one updater and the penalties of the same parameter; null for none. */
  static boolean in(IUpdater updater, Collection<?> regularizations) {
    return updater != null
        && UPDATERS.contains(updater.getClass())
        && allOf(REGULARIZATIONS, regularizations);
  }

  private static boolean allOf(Set<Class<?>> known, Collection<?> parts) {
    return parts == null || parts.stream().allMatch(part -> known.contains(part.getClass()));
  }
}

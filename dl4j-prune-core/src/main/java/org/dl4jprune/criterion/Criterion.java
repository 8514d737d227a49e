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
package org.dl4jprune.criterion;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores weights: high is kept, low goes. An implementation is an immutable value (a record) that
 * Jackson can write and read; what it measures comes from the {@link Evidence}.
 *
 * <p>Most criteria score one parameter at a time and implement {@link #score(Parameter, Evidence)}.
 * One that needs the whole network at once overrides {@link #scores(Evidence)}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface Criterion {

  /**
   * Scores one parameter.
   *
   * @param parameter one of {@code evidence.layout().parameters()}
   * @param evidence what is known of the model
   * @return a new array of the parameter's shape, without NaN
   */
  INDArray score(Parameter parameter, Evidence evidence);

  /**
   * Scores all parameters of the layout.
   *
   * @param evidence what is known of the model
   * @return a new vector of the layout: rank 1, in flat order, owned by the caller
   */
  default INDArray scores(Evidence evidence) {
    return evidence.gather(parameter -> score(parameter, evidence));
  }

  /**
   * Looks at the raw gradient of a training step, before any mask touches it. Called at every step
   * for each block of the model while {@link #observes()} is true.
   *
   * @param block the block that the gradient belongs to
   * @param gradient the raw gradient, of the block's shape; must not be changed
   * @param memory arrays that live as long as the training
   */
  default void observe(ParameterBlock block, INDArray gradient, Memory memory) {}

  /**
   * Whether scoring asks the evidence for gradients, so that a training step must keep its own.
   *
   * @return false unless overridden
   */
  default boolean needsGradient() {
    return false;
  }

  /**
   * Whether a parameter's scores depend on nothing outside of it, so that {@link #score} gives what
   * {@link #scores} gives, and the scores of the whole network need not be held at once.
   *
   * @return false unless overridden
   */
  default boolean scoresEachParameterAlone() {
    return false;
  }

  /**
   * How often weights are scored and cut on the way to a sparsity outside of training.
   *
   * @return 1 unless overridden
   */
  default int rounds() {
    return 1;
  }

  /**
   * Whether {@link #observe} wants to see every step.
   *
   * @return false unless overridden
   */
  default boolean observes() {
    return false;
  }
}

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

import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * w²: ranks single weights as {@link Magnitude} does; summed over the slices of a unit it is the
 * square of their L2 norm. Card {@code classic-criteria}, row magnitude.
 */
public record SquaredMagnitude() implements Criterion {

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    INDArray values = evidence.values(parameter);
    return values.mul(values);
  }

  @Override
  public boolean scoresEachParameterAlone() {
    return true;
  }
}

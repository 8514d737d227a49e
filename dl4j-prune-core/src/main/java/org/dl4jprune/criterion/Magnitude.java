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
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * |w|: the smallest weights go. Card {@code classic-criteria}; Han et al., NeurIPS 2015, <a
 * href="https://arxiv.org/abs/1506.02626">arXiv 1506.02626</a>.
 */
public record Magnitude() implements Criterion {

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    return Transforms.abs(evidence.values(parameter), true);
  }

  @Override
  public INDArray scores(Evidence evidence) {
    // One op on the whole vector, and no copy of each parameter in between.
    INDArray scores = evidence.copy(evidence::values);
    Nd4j.exec(new Abs(scores, scores));
    return scores;
  }

  @Override
  public boolean scoresEachParameterAlone() {
    return true;
  }
}

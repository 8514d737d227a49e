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
package org.dl4jprune.calibration.relevance;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A sum or average of arrays of equal shape: each branch takes its share of the sum.
 *
 * @param divisor 1 for a sum, the number of branches for an average
 */
record SumStep(int divisor) implements Step {

  @Override
  public INDArray[] relevance(
      INDArray[] inputs, INDArray output, INDArray relevance, double epsilon) {
    INDArray sum = inputs[0].dup();
    for (int i = 1; i < inputs.length; i++) {
      sum.addi(inputs[i]);
    }
    INDArray s = relevance.div(LinearRules.stabilised(sum, epsilon));
    return Arrays.stream(inputs).map(s::mul).toArray(INDArray[]::new);
  }

  @Override
  public INDArray[] gradient(INDArray[] inputs, INDArray output, INDArray gradient) {
    INDArray each = gradient.div(divisor);
    return Arrays.stream(inputs).map(input -> each).toArray(INDArray[]::new);
  }
}

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
package org.dl4jprune.method;

import java.util.List;
import java.util.function.Function;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Refuses NaN and infinity before they reach a ranking. */
public final class Finite {
  private Finite() {}

  /**
   * Checks arrays of several parameters. One read from the device.
   *
   * @param what the word for the arrays in the message
   * @param parameters the parameters
   * @param arrays gives the array of each
   * @throws IllegalStateException if a value is NaN or infinite
   */
  public static void check(
      String what, List<Parameter> parameters, Function<Parameter, INDArray> arrays) {
    INDArray[] sums =
        parameters.stream().map(p -> arrays.apply(p).norm1().reshape(1)).toArray(INDArray[]::new);
    double[] values = HostReads.vector(sums.length == 1 ? sums[0] : Nd4j.concat(0, sums));
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i]) && !isFinite(arrays.apply(parameters.get(i)))) {
        throw new IllegalStateException(
            ("The %s of %s contain NaN or infinity, so they cannot be ranked; lower the learning"
                    + " rate or clip the gradients")
                .formatted(what, parameters.get(i).name()));
      }
    }
  }

  // A sum may overflow although every term is finite.
  private static boolean isFinite(INDArray array) {
    INDArray bad =
        array.isNaN().castTo(array.dataType()).addi(array.isInfinite().castTo(array.dataType()));
    return HostReads.scalar(bad.sum()) == 0;
  }
}

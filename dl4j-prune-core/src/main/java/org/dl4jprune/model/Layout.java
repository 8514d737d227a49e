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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Places parameters one after the other in a single vector, each in its flat order. Scores and new
 * masks live in such vectors, so that one selection ranks a whole network.
 */
public final class Layout {
  private final List<Parameter> parameters;
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final long length;

  /**
   * Places the parameters in the given order.
   *
   * @param parameters at least one parameter, each name once
   * @throws IllegalArgumentException if there is no parameter, or a name comes twice
   */
  public Layout(List<Parameter> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("A layout needs at least one parameter");
    }
    this.parameters = List.copyOf(parameters);
    long offset = 0;
    for (Parameter parameter : parameters) {
      if (offsets.put(parameter.name(), offset) != null) {
        throw new IllegalArgumentException("Parameter " + parameter.name() + " comes twice");
      }
      offset = Math.addExact(offset, parameter.length());
    }
    this.length = offset;
  }

  /**
   * The parameters in order.
   *
   * @return an immutable list
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The number of values of all parameters together.
   *
   * @return the length of a vector of this layout
   */
  public long length() {
    return length;
  }

  /**
   * The values of one parameter inside a vector of this layout.
   *
   * @param vector rank 1, of this layout's length
   * @param parameter a parameter of this layout
   * @return a rank-1 view in flat order
   */
  public INDArray flat(INDArray vector, Parameter parameter) {
    Long offset = offsets.get(parameter.name());
    if (offset == null) {
      throw new IllegalArgumentException(
          "Parameter %s is not one of %s".formatted(parameter.name(), offsets.keySet()));
    }
    return vector.get(NDArrayIndex.interval(offset, offset + parameter.length()));
  }

  /**
   * The values of one parameter as a matrix.
   *
   * @param vector rank 1, of this layout's length
   * @param parameter a parameter of this layout
   * @return a view with one row for each output
   */
  public INDArray matrix(INDArray vector, Parameter parameter) {
    return flat(vector, parameter).reshape('c', parameter.outputs(), parameter.fanIn());
  }
}

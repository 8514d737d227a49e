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

/** The one block of a DL4J model: all parameters are ranges of its flattened vector. */
final class FlatBlock {
  private FlatBlock() {}

  /**
   * Describes the vector.
   *
   * @param name of the block
   * @param flat the model's vector of parameters
   * @param table the model's views of it, by the parameters' names
   * @param parameters in the order of the table
   */
  static ParameterBlock of(
      String name, INDArray flat, Map<String, INDArray> table, List<Parameter> parameters) {
    Map<String, ParameterBlock.View> views = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      INDArray array = table.get(parameter.name());
      views.put(
          parameter.name(),
          new FlatView(array.offset() - flat.offset(), array.ordering(), parameter));
    }
    return new ParameterBlock(
        name, flat.rank() == 1 ? flat : flat.reshape(flat.length()), parameters, views);
  }

  private record FlatView(long offset, char order, Parameter parameter)
      implements ParameterBlock.View {
    @Override
    public INDArray of(INDArray array, long start) {
      long from = offset - start;
      return array
          .get(NDArrayIndex.interval(from, from + parameter.length()))
          .reshape(order, parameter.shape());
    }
  }
}

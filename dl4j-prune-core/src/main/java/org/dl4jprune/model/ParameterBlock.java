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

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array that holds the values of one or more parameters and is worked on as a whole: all of a
 * DL4J network is one rank-1 block, each SameDiff variable is a block of its own. Gradients and
 * masks of a block have the same shape as its values, so that one array op serves every parameter
 * in it.
 */
public final class ParameterBlock {
  private final String name;
  private final INDArray values;
  private final Map<String, View> views;
  private final List<Parameter> parameters;

  /** Finds a parameter in an array that covers the block from {@code start} on. */
  interface View {
    INDArray of(INDArray array, long start);

    /** The place of the parameter's first value in the block. */
    long offset();
  }

  ParameterBlock(
      String name, INDArray values, List<Parameter> parameters, Map<String, View> views) {
    this.name = name;
    this.values = values;
    this.parameters = List.copyOf(parameters);
    this.views = Map.copyOf(views);
  }

  /**
   * What the block is called in messages, and the key of its gradients.
   *
   * @return a name, unique in the model
   */
  public String name() {
    return name;
  }

  /**
   * The model's own array.
   *
   * @return the live values, never a copy
   */
  public INDArray values() {
    return values;
  }

  /**
   * The parameters whose values lie in this block.
   *
   * @return in the order of the model
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The part of an array shaped like this block that belongs to one parameter.
   *
   * @param array an array of the shape and order of {@link #values()}
   * @param parameter a parameter of this block
   * @return a view with the parameter's shape
   */
  public INDArray view(INDArray array, Parameter parameter) {
    return views.get(parameter.name()).of(array, 0);
  }

  /** The part of an array that covers the block from a place on; null if it is not in it. */
  INDArray view(INDArray array, long start, long end, Parameter parameter) {
    View view = views.get(parameter.name());
    boolean inside = view.offset() >= start && view.offset() + parameter.length() <= end;
    return inside ? view.of(array, start) : null;
  }
}

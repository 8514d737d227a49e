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
package org.dl4jprune.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Parameters and requests without a model. */
public final class Shapes {
  private Shapes() {}

  /** (out, in) is a dense layer, (out, in, height, width) a convolution. */
  public static List<Parameter> parameters(long[]... canonicalShapes) {
    List<Parameter> parameters = new ArrayList<>();
    for (long[] shape : canonicalShapes) {
      String name = "layer" + parameters.size();
      boolean dense = shape.length == 2;
      parameters.add(
          new Parameter(
              name + "_W",
              name,
              dense ? "DenseLayer" : "ConvolutionLayer",
              Role.WEIGHT,
              true,
              dense ? new long[] {shape[1], shape[0]} : shape,
              new int[] {dense ? 1 : 0},
              new int[] {dense ? 0 : 1}));
    }
    return parameters;
  }

  static Request request(double sparsity, long[]... canonicalShapes) {
    return request(sparsity, parameters(canonicalShapes), i -> null);
  }

  static Request request(
      double sparsity, List<Parameter> parameters, IntFunction<INDArray> scores) {
    long[] units = parameters.stream().mapToLong(Parameter::length).toArray();
    return new Request(parameters, units, sparsity, scores);
  }

  /** Layers of these magnitudes. */
  static Request scored(double sparsity, double[]... magnitudes) {
    long[][] shapes = new long[magnitudes.length][];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = new long[] {1, magnitudes[i].length};
    }
    return request(sparsity, parameters(shapes), i -> Nd4j.createFromArray(magnitudes[i]));
  }

  static long[] kept(Allocation allocation, Request request) {
    List<Scope> scopes = allocation.allocate(request);
    long[] kept = new long[scopes.size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = request.units()[i] - scopes.get(i).zeros();
    }
    return kept;
  }
}

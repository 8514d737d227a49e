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
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The step of each kind of vertex that is no layer. */
final class VertexSteps {
  private static final String SUPPORTED =
      "there are rules for ElementWiseVertex (Add, Average) of equal shapes, MergeVertex,"
          + " SubsetVertex, ScaleVertex, ShiftVertex and PreprocessorVertex";

  private VertexSteps() {}

  static Step of(String name, GraphVertex vertex, INDArray[] inputs) {
    boolean equal = Arrays.stream(inputs).allMatch(inputs[0]::equalShapes);
    if (vertex instanceof ElementWiseVertex sum && equal) {
      if (sum.getOp() == ElementWiseVertex.Op.Add) {
        return new SumStep(1);
      }
      if (sum.getOp() == ElementWiseVertex.Op.Average) {
        return new SumStep(inputs.length);
      }
    }
    if (vertex instanceof MergeVertex merge) {
      return new MergeStep(merge.getMergeAxis());
    }
    if (vertex instanceof SubsetVertex subset) {
      return new SubsetStep(1, subset.getFrom(), subset.getTo() + 1L);
    }
    if (vertex instanceof ScaleVertex scale) {
      return new PassStep(
          (input, given) -> given, (input, given) -> given.mul(scale.getScaleFactor()));
    }
    if (vertex instanceof ShiftVertex) {
      return PassStep.identity();
    }
    throw new IllegalArgumentException(
        "Relevance has no rule for %s %s; %s".formatted(describe(vertex), name, SUPPORTED));
  }

  private static String describe(GraphVertex vertex) {
    String type = vertex.getClass().getSimpleName();
    return vertex instanceof ElementWiseVertex element
        ? "%s (%s)".formatted(type, element.getOp())
        : type;
  }
}

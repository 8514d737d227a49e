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
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scores whole slices of parameters at once, where a sum over the scores of single weights would
 * not do: norms, distances between filters, squares of sums. High scores are kept. An
 * implementation is an immutable value that Jackson can write and read.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "type")
public interface FilterCriterion {

  /**
   * The slices of a parameter along an axis.
   *
   * @param parameter the parameter
   * @param axis an axis of its shape
   */
  record Slices(Parameter parameter, int axis) {

    /**
     * Whether each slice is what one output of a layer is computed by.
     *
     * @return true for the output axis of a weight
     */
    public boolean areFilters() {
      Role role = parameter.role();
      boolean weight =
          role == Role.WEIGHT || role == Role.RECURRENT_WEIGHT || role == Role.EMBEDDING;
      return weight && parameter.isOutputAxis(axis);
    }

    /**
     * The slices of an array as the rows of a matrix.
     *
     * @param array of the parameter's shape
     * @return shape [slices, length of a slice], a copy unless the array lies so already
     */
    public INDArray rows(INDArray array) {
      int[] axes = new int[parameter.rank()];
      axes[0] = axis;
      for (int i = 0, at = 1; i < axes.length; i++) {
        if (i != axis) {
          axes[at++] = i;
        }
      }
      long slices = parameter.shape()[axis];
      return array.permute(axes).reshape('c', slices, parameter.length() / slices);
    }
  }

  /**
   * Whether slices have a score.
   *
   * @param slices of a parameter of the model
   * @return false if they do not count
   */
  boolean reads(Slices slices);

  /**
   * Scores slices.
   *
   * @param slices those that {@link #reads} is true for
   * @param evidence what is known of the model
   * @return a new array of rank 1 for each, one score for each slice
   */
  Map<Slices, INDArray> scores(List<Slices> slices, Evidence evidence);
}

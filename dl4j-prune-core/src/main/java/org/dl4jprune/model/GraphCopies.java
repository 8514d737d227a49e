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

import java.util.ArrayList;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;

/**
 * Copies of graph configurations that lose nothing. The {@code clone} methods of 1.0.0-M2.1 forget
 * the axis of a merge, the order of a reshape, the updater and penalties of a SameDiff vertex, and
 * the counts of iterations and epochs. The epsilon of an {@code L2Vertex}, which can be neither
 * read nor set, is lost here too; it acts on gradients only.
 */
public final class GraphCopies {
  private GraphCopies() {}

  /**
   * A deep copy.
   *
   * @param configuration a graph's configuration
   * @return the copy
   */
  public static ComputationGraphConfiguration of(ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration copy = configuration.clone();
    configuration
        .getVertices()
        .forEach((name, vertex) -> restore(vertex, copy.getVertices().get(name)));
    copy.setIterationCount(configuration.getIterationCount());
    copy.setEpochCount(configuration.getEpochCount());
    return copy;
  }

  private static void restore(GraphVertex from, GraphVertex to) {
    if (from instanceof FrozenVertex frozen) {
      restore(frozen.getUnderlying(), ((FrozenVertex) to).getUnderlying());
    } else if (from instanceof MergeVertex merge) {
      ((MergeVertex) to).setMergeAxis(merge.getMergeAxis());
      ((MergeVertex) to).setModified(merge.isModified());
    } else if (from instanceof ReshapeVertex reshape) {
      ReshapeVertex target = (ReshapeVertex) to;
      target.setReshapeOrder(reshape.getReshapeOrder());
      // The clone shares the array.
      target.setNewShape(reshape.getNewShape().clone());
      target.setMaskShape(reshape.getMaskShape() == null ? null : reshape.getMaskShape().clone());
    } else if (from instanceof SameDiffVertex vertex) {
      SameDiffVertex target = (SameDiffVertex) to;
      target.setName(vertex.getName());
      target.setRegularization(
          vertex.getRegularization() == null ? null : new ArrayList<>(vertex.getRegularization()));
      target.setRegularizationBias(
          vertex.getRegularizationBias() == null
              ? null
              : new ArrayList<>(vertex.getRegularizationBias()));
      target.setUpdater(vertex.getUpdater() == null ? null : vertex.getUpdater().clone());
      target.setBiasUpdater(
          vertex.getBiasUpdater() == null ? null : vertex.getBiasUpdater().clone());
      target.setGradientNormalization(vertex.getGradientNormalization());
      target.setGradientNormalizationThreshold(vertex.getGradientNormalizationThreshold());
      target.setDataType(vertex.getDataType());
    }
  }
}

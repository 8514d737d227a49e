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
package org.dl4jprune.structure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What is left of a model after a removal: parameters, operations, bytes or nanoseconds. */
@FunctionalInterface
public interface Cost {

  /**
   * What is left.
   *
   * @param gone the numbers of the units that go
   * @return how much, in the unit of this cost
   */
  long after(Set<Integer> gone);

  /**
   * Whether less is left whenever more goes.
   *
   * @return true for what is counted; false for what is measured, where a narrow layer may take
   *     longer than a wide one
   */
  default boolean fallsWithEveryUnit() {
    return true;
  }

  /**
   * Counts parameters.
   *
   * @param groups the groups of a model
   * @return the counter
   */
  static Cost parameters(ChannelGroups groups) {
    return new WeightedCost(groups, parameter -> 1);
  }

  /**
   * Counts multiply-accumulates of weights for one example; biases, normalisations and activations
   * are not counted.
   *
   * @param groups the groups of a model
   * @param example one batch, of which the first example's features are used for one forward pass
   * @return the counter
   */
  static Cost multiplyAccumulates(ChannelGroups groups, MultiDataSet example) {
    Map<String, Long> positions = groups.model().positions(first(example));
    return new WeightedCost(
        groups,
        parameter ->
            parameter.role() == Role.WEIGHT || parameter.role() == Role.RECURRENT_WEIGHT
                ? positions.getOrDefault(parameter.layer(), 1L)
                : 0);
  }

  /**
   * Counts the bytes of the arrays in the model's file: the parameters, and the updater's state
   * where the model has one. What else is in the file, the configuration and headers of some
   * kilobytes, stays nearly as it is and is not counted; nor is what the file's compression saves.
   *
   * @param groups the groups of a model
   * @return the counter
   */
  static Cost bytes(ChannelGroups groups) {
    PrunableModel model = groups.model();
    List<UpdaterState> states = model.hasUpdaterState() ? model.updaterStates() : List.of();
    int size = model.dataType().width();
    return new WeightedCost(
        groups,
        parameter ->
            size
                * (1
                    + states.stream()
                        .filter(state -> state.block() == model.blockOf(parameter))
                        .filter(state -> state.viewOf(parameter) != null)
                        .count()));
  }

  /**
   * Estimates the time of one inference from measurements of single layers; see {@link
   * LatencyTable} for what it leaves out.
   *
   * @param groups the groups of a model
   * @param table measured on this machine, with the same batch and image size
   * @param example one batch, of which the shapes of the features matter
   * @return the estimate, in nanoseconds
   * @throws IllegalArgumentException if the table lacks a layer of the model
   */
  static Cost latency(ChannelGroups groups, LatencyTable table, MultiDataSet example) {
    return new LatencyCost(groups, table, example);
  }

  private static MultiDataSet first(MultiDataSet example) {
    INDArray[] one =
        Arrays.stream(example.getFeatures())
            .map(features -> features.get(NDArrayIndex.interval(0, 1)).dup())
            .toArray(INDArray[]::new);
    return new org.nd4j.linalg.dataset.MultiDataSet(one, null);
  }
}

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
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Where data enter a SameDiff graph, and where its logits are. */
public final class SameDiffInputs {
  private SameDiffInputs() {}

  /**
   * What the placeholders hold.
   *
   * @param graph with a training configuration
   * @param batch the data
   * @return features, labels and masks, as far as there are, by the name of the placeholder
   * @throws IllegalStateException if there is no training configuration
   */
  public static Map<String, INDArray> placeholders(SameDiff graph, MultiDataSet batch) {
    TrainingConfig config = graph.getTrainingConfig();
    if (config == null) {
      throw new IllegalStateException(
          "The SameDiff graph has no training configuration that says which placeholders hold"
              + " features and labels; call setTrainingConfig first");
    }
    Map<String, INDArray> map = new LinkedHashMap<>();
    put(map, config.getDataSetFeatureMapping(), batch.getFeatures());
    put(map, config.getDataSetLabelMapping(), batch.getLabels());
    put(map, config.getDataSetFeatureMaskMapping(), batch.getFeaturesMaskArrays());
    put(map, config.getDataSetLabelMaskMapping(), batch.getLabelsMaskArrays());
    return map;
  }

  private static void put(Map<String, INDArray> map, List<String> names, INDArray[] arrays) {
    for (int i = 0; names != null && arrays != null && i < names.size(); i++) {
      map.put(names.get(i), arrays[i]);
    }
  }

  /**
   * The variable in front of the loss and its output activation.
   *
   * @param graph with one loss variable
   * @return its name
   * @throws IllegalStateException if it cannot be told
   */
  public static String logits(SameDiff graph) {
    return new SameDiffGraph(graph).logits();
  }
}

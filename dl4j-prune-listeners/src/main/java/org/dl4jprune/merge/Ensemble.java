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
package org.dl4jprune.merge;

import java.util.List;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Predictions of several classifiers together: the reference above a soup of them, at as many times
 * the cost. Zimmer et al., ICLR 2024, <a href="https://arxiv.org/abs/2306.16788">arXiv
 * 2306.16788</a>, section 4.
 */
public final class Ensemble {
  private Ensemble() {}

  /**
   * The mean of the models' probabilities.
   *
   * @param models at least one, with as many outputs of the same shapes
   * @param batch features, with masks where the models need them; labels are not used
   * @return for each output the mean softmax over the classes, [examples, classes] or [examples,
   *     classes, positions …], in DOUBLE
   * @throws IllegalArgumentException if there is no model, or outputs differ
   */
  public static INDArray[] probabilities(List<PrunableModel> models, MultiDataSet batch) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("An ensemble needs at least one model");
    }
    INDArray[] sums = null;
    for (PrunableModel model : models) {
      INDArray[] logits = model.logits(batch);
      if (sums == null) {
        sums = new INDArray[logits.length];
      }
      if (logits.length != sums.length) {
        throw new IllegalArgumentException(
            "A model of the ensemble has %d outputs and another %d"
                .formatted(sums.length, logits.length));
      }
      for (int i = 0; i < logits.length; i++) {
        INDArray own = Nd4j.nn().softmax(logits[i].castTo(DataType.DOUBLE), 1);
        if (sums[i] != null && !sums[i].equalShapes(own)) {
          throw new IllegalArgumentException(
              "Output %d of a model of the ensemble has shape %s and of another %s"
                  .formatted(i, sums[i].shapeInfoToString(), own.shapeInfoToString()));
        }
        sums[i] = sums[i] == null ? own : sums[i].addi(own);
      }
    }
    for (INDArray sum : sums) {
      sum.divi(models.size());
    }
    return sums;
  }
}

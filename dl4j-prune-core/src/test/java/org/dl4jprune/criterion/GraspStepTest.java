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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** exp(w) overflows just above w = 709.7827, so how far GraSP may step is known. */
class GraspStepTest {
  private static final double SCALE = 1e-250;

  private static double score(double w) {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 1);
    graph.placeHolder("label", DataType.DOUBLE, -1, 1);
    SDVariable weight = graph.var("w", Nd4j.create(new double[][] {{w}}));
    graph.math().exp(weight).mul(in).mul(SCALE).sum("loss");
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    PrunableModel model = PrunableModel.of(graph);
    INDArray one = Nd4j.ones(DataType.DOUBLE, 1, 1);
    try (Evidence evidence =
        Evidence.of(
            model, new Layout(model.parameters()), List.of(new MultiDataSet(one, one.dup())), 1)) {
      return new Grasp(1).scores(evidence).getDouble(0);
    }
  }

  @Test
  void aStepThatOverflowsIsHalved() {
    double w = 709.78;
    double gradient = SCALE * Math.exp(w);
    assertEquals(w * gradient * gradient, score(w), 1e-4 * w * gradient * gradient);
  }

  @Test
  void anOverflowAllAroundIsAnError() {
    assertTrue(
        assertThrows(IllegalStateException.class, () -> score(709.7827))
            .getMessage()
            .contains("even 32 times closer"));
  }
}

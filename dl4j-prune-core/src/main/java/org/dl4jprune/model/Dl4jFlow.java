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
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of synaptic flow: those of the sum of the logits of a ones input and |weights|. */
final class Dl4jFlow {
  private Dl4jFlow() {}

  /**
   * Computes them.
   *
   * @param flow a linearised copy in DOUBLE; changed
   * @param roles the parameters of the original
   * @param example one batch; only the shapes of its features matter
   */
  static Gradients of(Dl4jModel<?> flow, List<Parameter> roles, MultiDataSet example) {
    // The copy's own roles may differ where a layer was replaced; its arrays are the same.
    for (Parameter p : roles) {
      INDArray values = flow.values(p);
      if (p.role() == Role.BIAS
          || p.role() == Role.NORM_SHIFT
          || p.name().endsWith("_" + BatchNormalizationParamInitializer.GLOBAL_MEAN)) {
        values.assign(0);
      } else if (p.role() != Role.NORM_STATISTIC) {
        Nd4j.exec(new Abs(values, values));
      }
    }
    INDArray[] ones = new INDArray[example.numFeatureArrays()];
    for (int i = 0; i < ones.length; i++) {
      long[] shape = example.getFeatures(i).shape();
      shape[0] = 1;
      ones[i] = Nd4j.ones(DataType.DOUBLE, shape);
    }
    INDArray[] labels = flow.outputs(ones);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = Nd4j.zeros(DataType.DOUBLE, labels[i].shape());
    }
    return flow.gradients(new org.nd4j.linalg.dataset.MultiDataSet(ones, labels));
  }
}

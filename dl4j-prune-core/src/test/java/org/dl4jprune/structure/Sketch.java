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

import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Helps to write a graph: names weights and draws their values. */
final class Sketch {
  final SameDiff sd = SameDiff.create();
  private final Random random;

  Sketch(long seed) {
    random = new Random(seed);
  }

  INDArray values(long... shape) {
    INDArray values = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian() * 0.5);
    }
    return values;
  }

  SDVariable input(long... shape) {
    return sd.placeHolder("x", DataType.DOUBLE, shape);
  }

  SDVariable weight(String name, long... shape) {
    return sd.var(name, values(shape));
  }

  SDVariable dense(String name, SDVariable x, int in, int out) {
    return x.mmul(weight(name + "_W", in, out)).add(weight(name + "_b", out));
  }

  SDVariable conv(String name, SDVariable x, int in, int out, int kernel) {
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(kernel)
            .kW(kernel)
            .sH(1)
            .sW(1)
            .dH(1)
            .dW(1)
            .paddingMode(PaddingMode.SAME)
            .dataFormat("NCHW")
            .build();
    return sd.cnn.conv2d(
        x, weight(name + "_W", kernel, kernel, in, out), weight(name + "_b", out), config);
  }

  SDVariable maxPool(SDVariable x) {
    return sd.cnn.maxPooling2d(
        x, Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build());
  }

  /** x·gain / sqrt(mean(x²) + ε) over the last axis of rank 3. */
  SDVariable rms(String name, SDVariable x, int width) {
    SDVariable mean = sd.math.square(x).mean(name + "_mean", true, 2);
    return x.mul(sd.math.rsqrt(mean.add(1e-5))).mul(weight(name + "_gain", width));
  }

  /** A product of [N, T, in] with [in, out], by way of rank 2. */
  SDVariable project(String name, SDVariable x, int in, int out) {
    SDVariable flat = sd.reshape(x, -1, in).mmul(weight(name, in, out));
    return sd.reshape(flat, -1, SameDiffToys.STEPS, out);
  }

  /** [N, T, heads·d] as [N, heads, T, d]. */
  SDVariable heads(SDVariable x, int heads, int d) {
    return sd.permute(sd.reshape(x, -1, SameDiffToys.STEPS, heads, d), 0, 2, 1, 3);
  }

  /** softmax(Q·Kᵀ / √d + mask)·V, back as [N, T, heads·d]. */
  SDVariable attend(SDVariable q, SDVariable k, SDVariable v, SDVariable mask, int width) {
    double d = 4;
    SDVariable scores = sd.mmul(q, k, false, true, false).mul(1 / Math.sqrt(d));
    SDVariable weights = sd.nn.softmax(mask == null ? scores : scores.add(mask), -1);
    return sd.reshape(sd.permute(weights.mmul(v), 0, 2, 1, 3), -1, SameDiffToys.STEPS, width);
  }

  SameDiffToys.Toy finish(String name, SDVariable logits, boolean trains, long... shape) {
    logits.rename("logits");
    SDVariable labels = sd.placeHolder("y", DataType.DOUBLE, -1, SameDiffToys.CLASSES);
    SDVariable loss = sd.loss.softmaxCrossEntropy("loss", labels, logits, null);
    sd.setLossVariables(loss);
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("y")
            .build());
    INDArray features = values(shape);
    long rows = shape.length == 3 ? shape[0] * shape[1] : shape[0];
    INDArray y = Nd4j.zeros(DataType.DOUBLE, rows, SameDiffToys.CLASSES);
    for (int i = 0; i < rows; i++) {
      y.putScalar(i, random.nextInt(SameDiffToys.CLASSES), 1);
    }
    return new SameDiffToys.Toy(name, sd, new DataSet(features, y), trains);
  }
}

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
package org.dl4jprune.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The moments of card fedtiny. */
class ChannelMomentsTest {
  private static final ChannelMoments ONE = of(new float[] {1, 2}, new float[] {1, 4});
  private static final ChannelMoments TWO = of(new float[] {3, -2}, new float[] {2, 1});

  private static ChannelMoments of(float[] mean, float[] variance) {
    return new ChannelMoments(Map.of("1", new ChannelMoments.Layer(mean, variance)));
  }

  private static void check(ChannelMoments moments, double[] mean, double[] variance) {
    for (int i = 0; i < mean.length; i++) {
      assertEquals(mean[i], moments.layers().get("1").mean()[i], 1e-6);
      assertEquals(variance[i], moments.layers().get("1").variance()[i], 1e-6);
    }
  }

  @Test
  void numbersOfTheCard() {
    List<ChannelMoments> both = List.of(ONE, TWO);
    check(
        ChannelMoments.average(both, new long[] {30, 10}, false),
        new double[] {1.5, 1},
        new double[] {1.25, 3.25});
    check(
        ChannelMoments.average(both, new long[] {30, 10}, true),
        new double[] {1.5, 1},
        new double[] {2, 6.25});
    assertEquals(4, ONE.numbers());
  }

  @Test
  void anExampleAloneHasNoVariance() {
    List<ChannelMoments> both = List.of(ONE, of(new float[] {4, 2}, new float[] {0, 0}));
    check(
        ChannelMoments.average(both, new long[] {2, 1}, false),
        new double[] {2, 2},
        new double[] {1, 4});
    check(
        ChannelMoments.average(both, new long[] {2, 1}, true),
        new double[] {2, 2},
        new double[] {2.0 / 3 + 2, 8.0 / 3});
    assertThrows(
        IllegalArgumentException.class,
        () -> ChannelMoments.average(both, new long[] {1, 1}, false));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new BatchNormalization())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(3))
                .build());
    network.init();
    return network;
  }

  @Test
  void pooledMomentsOfPartsAreThoseOfTheWhole() {
    PrunableModel model = PrunableModel.of(network());
    INDArray x = Nd4j.rand(DataType.FLOAT, 10, 3).muli(4);
    INDArray[] parts = {rows(x, 0, 7), rows(x, 7, 10)};
    List<ChannelMoments> each =
        List.of(
            ChannelMoments.of(model, batch(parts[0])), ChannelMoments.of(model, batch(parts[1])));
    ChannelMoments pooled = ChannelMoments.average(each, new long[] {7, 3}, true);
    ChannelMoments whole = ChannelMoments.of(model, batch(x));
    assertArrayEquals(
        whole.layers().get("0").variance(), pooled.layers().get("0").variance(), 1e-5f);
    assertArrayEquals(whole.layers().get("0").mean(), pooled.layers().get("0").mean(), 1e-5f);
    MultiLayerNetwork same = network();
    pooled.setOn(PrunableModel.of(same));
    BatchNormStatistics.recompute(model, batch(x));
    INDArray expected = ((MultiLayerNetwork) model.unwrap()).params();
    assertTrue(expected.sub(same.params()).normmaxNumber().doubleValue() < 1e-5);
  }

  @Test
  void notANumberIsSeen() {
    assertTrue(ONE.isFinite());
    assertFalse(of(new float[] {Float.NaN}, new float[] {1}).isFinite());
    assertFalse(of(new float[] {1}, new float[] {Float.POSITIVE_INFINITY}).isFinite());
  }

  @Test
  void logarithmsAreReadAsVariances() {
    INDArray logarithms = Nd4j.createFromArray(0.5, -1, 0);
    INDArray variances = BatchNormStatistics.variances(logarithms);
    assertTrue(
        variances.sub(Nd4j.createFromArray(10, 0.01, 1)).normmaxNumber().doubleValue() < 1e-12);
    INDArray back = BatchNormStatistics.logDeviations(variances);
    assertTrue(back.sub(logarithms).normmaxNumber().doubleValue() < 1e-12);
  }

  private static INDArray rows(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup();
  }

  private static List<MultiDataSet> batch(INDArray x) {
    return List.of(new MultiDataSet(x, Nd4j.zeros(DataType.FLOAT, x.size(0), 1)));
  }
}

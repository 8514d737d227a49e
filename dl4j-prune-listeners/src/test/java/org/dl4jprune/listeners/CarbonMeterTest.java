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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class CarbonMeterTest {
  private static final DataSet DATA = new DataSet(Nd4j.ones(2, 3), Nd4j.ones(2, 1));
  private final AtomicLong now = new AtomicLong();

  private CarbonMeter meter() {
    return new CarbonMeter(now::get, 65);
  }

  private CarbonMeter after(double seconds) {
    CarbonMeter meter = meter();
    meter.time(() -> now.addAndGet(Math.round(seconds * 1e9)));
    return meter;
  }

  @Test
  void numbersOfTheCard() {
    CarbonMeter dense = after(600);
    assertEquals(0.004680, dense.energy().kilograms(), 1e-9);
    assertEquals(65.0 / 6 / 1000, dense.energy().kilowattHours(), 1e-12);
    CarbonMeter ticket = after(600 / 1.57);
    assertEquals(0.002981, ticket.energy().kilograms(), 5e-7);
    EnergySaving saving = ticket.compareTo(dense);
    assertEquals(36.3057, 100 * saving.share(), 5e-5);
    assertEquals(1.57, saving.speedUp(), 1e-8);
    double t = ticket.energy().seconds();
    assertEquals(1 - t / dense.energy().seconds(), saving.share(), 1e-9);
    String text = saving.toString();
    for (String part : new String[] {"36.3057 %", "65.0 W", "PUE 1.0", "0.432 kg/kWh", "0.00468"}) {
      assertTrue(text.contains(part), text);
    }
  }

  @Test
  void constantsChangeTheEstimateAndNotTheSaving() {
    CarbonMeter dense = after(600).pue(1.5).kgPerKwh(0.1);
    assertEquals(0.65 / 6 * 1.5 * 0.1 / 10, dense.energy().kilograms(), 1e-12);
    CarbonMeter ticket = after(300).pue(1.5).kgPerKwh(0.1);
    assertEquals(0.5, ticket.compareTo(dense).share(), 1e-12);
  }

  @Test
  void epochsOfANetworkAreTimedAndNothingBetween() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new OutputLayer.Builder()
                        .nIn(3)
                        .nOut(1)
                        .lossFunction(org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    CarbonMeter meter = meter();
    network.setListeners(meter, new Advance(now, 5));
    network.fit(new SingletonDataSetIterator(DATA), 2);
    now.addAndGet(TimeUnit.HOURS.toNanos(1));
    network.fit(new SingletonDataSetIterator(DATA), 1);
    assertEquals(15, meter.energy().seconds(), 1e-9);
  }

  /** Lets time pass at each iteration. */
  private static final class Advance extends org.deeplearning4j.optimize.api.BaseTrainingListener {
    private final AtomicLong now;
    private final long seconds;

    Advance(AtomicLong now, long seconds) {
      this.now = now;
      this.seconds = seconds;
    }

    @Override
    public void iterationDone(org.deeplearning4j.nn.api.Model model, int iteration, int epoch) {
      now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
  }

  @Test
  void sameDiffIsTimedToo() {
    SameDiff graph = SameDiff.create();
    SDVariable in = graph.placeHolder("in", DataType.FLOAT, -1, 3);
    SDVariable label = graph.placeHolder("label", DataType.FLOAT, -1, 1);
    SDVariable weight = graph.var("w", Nd4j.ones(3, 1));
    graph.loss.meanSquaredError("loss", label, in.mmul(weight), null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    CarbonMeter meter = CarbonMeter.cpu();
    graph.setListeners(meter);
    assertThrows(IllegalStateException.class, meter::energy);
    graph.fit(new SingletonDataSetIterator(DATA), 2);
    assertTrue(meter.energy().seconds() > 0);
  }

  @Test
  void badNumbersAndNoTrainingAreErrors() {
    assertTrue(
        assertThrows(IllegalStateException.class, () -> CarbonMeter.cpu().energy())
            .getMessage()
            .contains("recorded no training"));
    CarbonMeter timed = after(1);
    assertThrows(IllegalStateException.class, () -> timed.compareTo(CarbonMeter.cpu()));
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> CarbonMeter.watts(bad));
      assertThrows(IllegalArgumentException.class, () -> timed.kgPerKwh(bad));
      assertThrows(IllegalArgumentException.class, () -> timed.pue(bad));
    }
  }
}

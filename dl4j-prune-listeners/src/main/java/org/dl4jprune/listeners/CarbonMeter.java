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

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Times training and estimates its energy and carbon dioxide: kWh = watts · hours · PUE / 1000 and
 * kg = kWh · intensity. Card {@code layer-lottery}. On one machine the saving of one training over
 * another is 1 − t/t₀, whatever the constants.
 *
 * <pre>{@code
 * CarbonMeter meter = CarbonMeter.watts(65);
 * network.addListeners(meter);
 * network.fit(train, epochs);
 * System.out.println(meter.energy());
 * }</pre>
 *
 * <p>Epochs are timed, whatever the model class; what happens between them is not. {@code
 * fit(DataSet)} announces no epoch: time it with {@link #time}.
 */
public final class CarbonMeter extends BaseListener implements TrainingListener {
  private static final double DEFAULT_WATTS = 65;
  private static final double DEFAULT_INTENSITY = 0.432;
  private static final double NANOSECONDS = 1e9;

  private final LongSupplier clock;
  private final double watts;
  private double pue = 1;
  private double intensity = DEFAULT_INTENSITY;
  private long nanoseconds;
  private long start;
  private boolean running;
  private boolean recorded;

  CarbonMeter(LongSupplier clock, double watts) {
    this.clock = clock;
    this.watts = positive("power in watts", watts);
  }

  /**
   * A meter for a power that is drawn while training.
   *
   * @param watts above 0; 65 stands for a CPU
   * @return a new meter with PUE 1 and 0.432 kg/kWh
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static CarbonMeter watts(double watts) {
    return new CarbonMeter(System::nanoTime, watts);
  }

  /**
   * A meter for a CPU of 65 W.
   *
   * @return a new meter with PUE 1 and 0.432 kg/kWh
   */
  public static CarbonMeter cpu() {
    return watts(DEFAULT_WATTS);
  }

  /**
   * The power usage effectiveness: the energy of the whole site divided by that of its computers.
   *
   * @param pue at least 1; 1 by default
   * @return this
   * @throws IllegalArgumentException if it is below 1 or not finite
   */
  public CarbonMeter pue(double pue) {
    if (!(pue >= 1 && pue < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A PUE of %s is below 1 or not finite".formatted(pue));
    }
    this.pue = pue;
    return this;
  }

  /**
   * The carbon intensity of the electricity.
   *
   * @param intensity in kg of CO2 equivalent for each kWh, above 0; 0.432 by default
   * @return this
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public CarbonMeter kgPerKwh(double intensity) {
    this.intensity = positive("carbon intensity in kg/kWh", intensity);
    return this;
  }

  private static double positive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The %s is %s; it must be positive and finite".formatted(what, value));
    }
    return value;
  }

  /**
   * Times something that announces no epoch.
   *
   * @param training such as {@code () -> network.fit(data)}
   */
  public void time(Runnable training) {
    boolean nested = running;
    if (!nested) {
      begin();
    }
    training.run();
    if (!nested) {
      end();
    }
  }

  /**
   * What was used so far.
   *
   * @return time, energy and carbon dioxide with their constants
   * @throws IllegalStateException if no training was recorded
   */
  public Energy energy() {
    if (!recorded) {
      throw new IllegalStateException(
          "The meter has recorded no training; add it to the model before fit, or call time");
    }
    return new Energy(nanoseconds / NANOSECONDS, watts, pue, intensity);
  }

  /**
   * What was saved over another training on this machine.
   *
   * @param dense the longer training
   * @return the comparison
   * @throws IllegalStateException if one of the meters has recorded no training
   */
  public EnergySaving compareTo(CarbonMeter dense) {
    return new EnergySaving(energy(), dense.energy());
  }

  private void begin() {
    start = clock.getAsLong();
    running = true;
  }

  private void end() {
    if (running) {
      nanoseconds += clock.getAsLong() - start;
      running = false;
      recorded = true;
    }
  }

  @Override
  public void onEpochStart(Model model) {
    begin();
  }

  @Override
  public void onEpochEnd(Model model) {
    end();
  }

  @Override
  public boolean isActive(Operation operation) {
    return operation == Operation.TRAINING;
  }

  @Override
  public void epochStart(SameDiff graph, At at) {
    begin();
  }

  @Override
  public ListenerResponse epochEnd(SameDiff graph, At at, LossCurve losses, long milliseconds) {
    end();
    return ListenerResponse.CONTINUE;
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {}

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {}

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {}

  @Override
  public void onGradientCalculation(Model model) {}

  @Override
  public void onBackwardPass(Model model) {}
}

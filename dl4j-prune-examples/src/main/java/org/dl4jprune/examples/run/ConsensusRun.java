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
package org.dl4jprune.examples.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.gates.Consensus;
import org.dl4jprune.gates.ConsensusGates;
import org.dl4jprune.gates.ConsensusGatesBuilder;
import org.dl4jprune.gates.GateCost;
import org.dl4jprune.gates.GatePenalties;
import org.dl4jprune.gates.Granularity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One training with consensus gates and the extraction of the static network.
 *
 * @param data the images
 * @param epochs how often all training images are seen
 * @param batch the images of one step
 * @param seed of the order of the images
 * @param sparsity the share of the gated cost that is to go
 * @param polarization the weight of the polarisation at the end; 0 for the control without it
 * @param oneSided whether the target is approached from above only
 * @param granularity channels, or residual branches
 * @param cost what each gate costs
 */
public record ConsensusRun(
    FashionMnist data,
    int epochs,
    int batch,
    long seed,
    double sparsity,
    double polarization,
    boolean oneSided,
    Granularity granularity,
    GateCost cost) {
  private static final int CURVE_POINTS = 60;
  private static final int WARM_UP = 5;
  private static final int TIMED = 21;

  /**
   * What came out.
   *
   * @param gated the accuracy of the gated network on the test images, in [0, 1]
   * @param extracted that of the static network
   * @param consensus the static network, with agreement and what was kept
   * @param gatedMilliseconds the median time of the gated network for one batch
   * @param milliseconds that of the static network
   * @param steps the training steps at which the next two were measured
   * @param open the share of the gated cost that was open
   * @param agreement the mean over the gates of max(ḡ, 1 − ḡ), within a batch
   */
  public record Result(
      double gated,
      double extracted,
      Consensus consensus,
      double gatedMilliseconds,
      double milliseconds,
      List<Long> steps,
      List<Double> open,
      List<Double> agreement) {

    /**
     * The static network.
     *
     * @return without gates
     */
    public ComputationGraph network() {
      return (ComputationGraph) consensus.folded().model().unwrap();
    }
  }

  /**
   * The number of training steps.
   *
   * @return of all epochs
   */
  public long iterations() {
    return (long) epochs * ((data.trainCount() + batch - 1) / batch);
  }

  /**
   * Trains and extracts.
   *
   * @param network an untrained network; it is not touched
   * @return what came out
   */
  public Result run(ComputationGraph network) {
    ConsensusGatesBuilder builder =
        ConsensusGates.builder()
            .granularity(granularity)
            .targetSparsity(sparsity)
            .multiplyAccumulates(data.test(1).next().toMultiDataSet())
            .cost(cost)
            .polarization(polarization, iterations());
    ConsensusGates gates = (oneSided ? builder.oneSided() : builder).build();
    ComputationGraph gated = gates.install(network);
    Curve curve = new Curve(Math.max(1, iterations() / CURVE_POINTS));
    gated.addListeners(curve);
    gated.fit(data.train(batch, seed), epochs);
    gated.setListeners();
    Consensus consensus = gates.extract(gated, data.train(500, seed));
    ComputationGraph extracted = (ComputationGraph) consensus.folded().model().unwrap();
    return new Result(
        accuracy(gated),
        accuracy(extracted),
        consensus,
        milliseconds(gated),
        milliseconds(extracted),
        curve.steps,
        curve.open,
        curve.agreement);
  }

  /**
   * The fraction of test images that a network classifies rightly.
   *
   * @param network a trained network
   * @return in [0, 1]
   */
  public double accuracy(ComputationGraph network) {
    return network.evaluate(data.test(500)).accuracy();
  }

  private double milliseconds(ComputationGraph network) {
    INDArray input = Nd4j.rand(batch, FashionMnist.PIXELS);
    double[] times = new double[TIMED];
    for (int i = -WARM_UP; i < TIMED; i++) {
      long start = System.nanoTime();
      network.output(input);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    return times[TIMED / 2];
  }

  /** Looks at the gates from time to time. */
  private static final class Curve extends BaseTrainingListener {
    private final long every;
    private final List<Long> steps = new ArrayList<>();
    private final List<Double> open = new ArrayList<>();
    private final List<Double> agreement = new ArrayList<>();

    Curve(long every) {
      this.every = every;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration % every != 0) {
        return;
      }
      for (Object listener : ((ComputationGraph) model).getListeners()) {
        if (listener instanceof GatePenalties penalties) {
          INDArray gates = penalties.open();
          INDArray distance = gates.sub(0.5);
          steps.add((long) iteration);
          open.add(penalties.openCost());
          agreement.add(0.5 + distance.norm1Number().doubleValue() / gates.length());
        }
      }
    }
  }
}

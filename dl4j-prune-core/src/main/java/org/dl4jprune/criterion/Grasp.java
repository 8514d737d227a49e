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

import java.util.List;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * w·(Hg): weights whose removal lowers the flow of gradients most are kept, those with the largest
 * −w·(Hg) go. Meant for pruning before training. Card {@code classic-criteria}; GraSP, Wang et al.,
 * ICLR 2020, <a href="https://arxiv.org/abs/2002.07376">arXiv 2002.07376</a>, equation 8, with the
 * logits divided by a temperature as in the authors' code.
 *
 * <p>Hg is the central difference (g(W + εg) − g(W − εg)) / 2ε over the scored weights, with ε =
 * 10⁻³·‖W‖/‖g‖ (10⁻⁵ for DOUBLE), on a copy of the model; where a gradient is not finite, ε is
 * halved up to five times. The three gradients see the same random numbers, so that dropout does
 * not pass for curvature.
 *
 * @param temperature what the logits are divided by; 200 in the paper's code
 */
public record Grasp(double temperature) implements WholeNetworkCriterion {
  // Rounding spoils smaller steps, the third derivative larger ones.
  private static final double FLOAT_STEP = 1e-3;
  private static final double DOUBLE_STEP = 1e-5;
  private static final int MAXIMUM_HALVINGS = 5;
  private static final double DEFAULT_TEMPERATURE = 200;

  /**
   * Checks its argument.
   *
   * @param temperature what the logits are divided by
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Grasp {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Temperature %s must be positive and finite".formatted(temperature));
    }
  }

  /** With the temperature 200. */
  public Grasp() {
    this(DEFAULT_TEMPERATURE);
  }

  @Override
  public INDArray scores(Evidence evidence) {
    Probe probe = Probe.of(evidence, temperature);
    INDArray weights = evidence.gather(parameter -> evidence.values(parameter).dup());
    INDArray gradient = probe.gradientAt(weights);
    double relative = evidence.model().dataType() == DataType.DOUBLE ? DOUBLE_STEP : FLOAT_STEP;
    double step = relative * norm(weights) / norm(gradient);
    if (!(step > 0 && step < Double.POSITIVE_INFINITY)) {
      Temporary.close(gradient);
      return weights.assign(0);
    }
    INDArray product = curvature(probe, weights, gradient, step).muli(weights);
    List.of(weights, gradient).forEach(Temporary::close);
    return product;
  }

  /** Hg, by a step short enough for finite gradients. */
  private static INDArray curvature(
      Probe probe, INDArray weights, INDArray gradient, double longest) {
    for (int halvings = 0; halvings <= MAXIMUM_HALVINGS; halvings++) {
      double step = longest / (1 << halvings);
      INDArray move = gradient.mul(step);
      INDArray difference = probe.gradientAt(weights.add(move));
      INDArray down = probe.gradientAt(weights.sub(move));
      difference.subi(down).divi(2 * step);
      List.of(move, down).forEach(Temporary::close);
      if (Double.isFinite(HostReads.scalar(difference.sum()))) {
        return difference;
      }
      Temporary.close(difference);
    }
    throw new IllegalStateException(
        "The gradients around the weights are not finite, even %d times closer than usual; GraSP needs a finite loss there: use smaller initial weights or other data"
            .formatted(1 << MAXIMUM_HALVINGS));
  }

  private static double norm(INDArray vector) {
    return HostReads.scalar(vector.norm2());
  }

  /** A copy of the model that gives gradients of the softened loss at other weights. */
  private record Probe(
      Evidence evidence,
      PrunableModel copy,
      List<Parameter> logits,
      double temperature,
      Seed seed) {
    private record Seed(long root, long node) {}

    static Probe of(Evidence evidence, double temperature) {
      PrunableModel copy = evidence.model().copy();
      List<Parameter> logits = temperature == 1 ? List.of() : copy.logitParameters();
      logits.forEach(parameter -> copy.values(parameter).divi(temperature));
      Seed seed = new Seed(Nd4j.getRandom().rootState(), Nd4j.getRandom().nodeState());
      return new Probe(evidence, copy, logits, temperature, seed);
    }

    /** Softening divides the logits' parameters, hence also the gradient with respect to them. */
    INDArray gradientAt(INDArray point) {
      Layout layout = evidence.layout();
      for (Parameter parameter : layout.parameters()) {
        INDArray values = parameter.fromFlat(layout.flat(point, parameter));
        copy.values(parameter).assign(values).divi(divisor(parameter));
      }
      Nd4j.getRandom().setStates(seed.root, seed.node);
      try (Gradients gradients = evidence.meanGradients(copy)) {
        return evidence.gather(parameter -> gradients.of(parameter).div(divisor(parameter)));
      }
    }

    private double divisor(Parameter parameter) {
      return logits.contains(parameter) ? temperature : 1;
    }
  }
}

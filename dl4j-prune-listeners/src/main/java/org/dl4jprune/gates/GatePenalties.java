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
package org.dl4jprune.gates;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.schedule.Schedule;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener that steers a gated model's penalties. In each forward pass the gates tell it how
 * open they are; in the backward pass each takes from it the derivative of Σ weight(t)·penalty and
 * passes it on to what it is trained by; the value is part of the model's score.
 *
 * <pre>{@code
 * gated.addListeners(GatePenalties.of(gated).add(GatePenalty.l0(), Schedule.constant(0.1)));
 * gated.fit(data, 10);
 * }</pre>
 *
 * <p>Times of schedules are iterations of the model, counted from 1. A model that trains without
 * this listener trains its gates by the task's loss alone.
 */
public final class GatePenalties extends BaseTrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(GatePenalties.class);

  private final Map<String, GateSites.Site> sites;
  private final INDArray costs;
  private final List<Weighted> penalties = new ArrayList<>();
  private final Map<String, INDArray> open = new LinkedHashMap<>();
  private final Map<String, INDArray> values = new LinkedHashMap<>();
  private Gradients gradients;
  private long examples;
  private boolean warned;

  private record Weighted(GatePenalty penalty, Schedule weight) {}

  private record Gradients(long time, INDArray ofOpen, INDArray ofValues) {}

  private GatePenalties(Map<String, GateSites.Site> sites) {
    this.sites = sites;
    this.costs = GateSites.costs(sites.values());
  }

  /**
   * The penalties of a model, none at first.
   *
   * @param gated a {@code MultiLayerNetwork} or {@code ComputationGraph} with gates
   * @return a listener for it
   * @throws IllegalArgumentException if the model has no gate
   */
  public static GatePenalties of(Model gated) {
    return new GatePenalties(GateSites.of(gated));
  }

  /**
   * Adds a penalty.
   *
   * @param penalty a function of all gates
   * @param weight its weight over the iterations, not negative
   * @return this
   * @throws IllegalArgumentException if the penalty asks for what cannot be reached
   */
  public GatePenalties add(GatePenalty penalty, Schedule weight) {
    penalty.check(GateSites.least(sites.values()), costs);
    penalties.add(new Weighted(penalty, weight));
    return this;
  }

  /**
   * Adds a penalty of constant weight.
   *
   * @param penalty a function of all gates
   * @param weight not negative
   * @return this
   * @throws IllegalArgumentException if the weight is negative, or the penalty asks for what cannot
   *     be reached
   */
  public GatePenalties add(GatePenalty penalty, double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(
          "The weight %s of a penalty is negative or not a number".formatted(weight));
    }
    return add(penalty, Schedule.constant(weight));
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    examples = model.batchSize();
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    examples = model.batchSize();
  }

  /**
   * The examples that the updater divides a sum of gradients by. A layer that runs on all time
   * steps of a sequence at once sees more rows than that.
   *
   * @param rows what the layer sees, for a pass that no listener was told of
   */
  long examples(long rows) {
    return examples == 0 ? rows : examples;
  }

  /** Gates of one example always agree with themselves, so that nothing pulls examples together. */
  void oneExample(String site) {
    boolean polarizing =
        penalties.stream().anyMatch(one -> one.penalty() instanceof Penalties.Polarizing);
    if (polarizing && !warned) {
      warned = true;
      LOG.warn(
          "{} trains on minibatches of one example, where the polarisation is always zero and does nothing; use larger ones, or GatePenalty.polarization(memory)",
          site);
    }
  }

  /** What a gate tells in its forward pass; the arrays are copied out of any workspace. */
  void report(String site, INDArray probabilities, INDArray gates) {
    if (!sites.containsKey(site)) {
      throw new IllegalStateException(
          "These penalties were made for gates %s, not for %s; make them with GatePenalties.of(the model that trains)"
              .formatted(sites.keySet(), site));
    }
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      open.put(site, probabilities.dup());
      values.put(site, gates == probabilities ? open.get(site) : gates.dup());
    }
    gradients = null;
  }

  /**
   * The derivative with respect to the probabilities (or the values) of one site's gates; null
   * where no penalty applies.
   */
  INDArray gradient(String site, boolean ofValues, int iteration) {
    if (penalties.isEmpty() || open.size() < sites.size()) {
      return null;
    }
    long time = iteration + 1L;
    if (gradients == null || gradients.time() != time) {
      try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        gradients = new Gradients(time, sum(false, time), sum(true, time));
      }
    }
    INDArray all = ofValues ? gradients.ofValues() : gradients.ofOpen();
    GateSites.Site place = sites.get(site);
    return all == null
        ? null
        : all.get(NDArrayIndex.interval(place.start(), place.start() + place.gates()));
  }

  private INDArray sum(boolean ofValues, long time) {
    INDArray total = null;
    for (Weighted weighted : penalties) {
      if (weighted.penalty().ofValues() == ofValues) {
        INDArray vector = vector(weighted.penalty());
        INDArray part =
            weighted.penalty().gradient(vector, costs(vector)).mul(weighted.weight().at(time));
        total = total == null ? part : total.addi(part);
      }
    }
    return total;
  }

  /** The whole penalty, told by the first gate of the model only. */
  double score(String site, int iteration) {
    boolean first = sites.keySet().iterator().next().equals(site);
    return first && open.size() == sites.size() ? value(iteration + 1L) : 0;
  }

  private double value(long time) {
    double total = 0;
    try (MemoryWorkspace scope = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (Weighted weighted : penalties) {
        INDArray vector = vector(weighted.penalty());
        double value = HostReads.scalar(weighted.penalty().value(vector, costs(vector)));
        total += weighted.weight().at(time) * value;
      }
    }
    return total;
  }

  private INDArray vector(GatePenalty penalty) {
    Map<String, INDArray> parts = penalty.ofValues() ? values : open;
    return Nd4j.concat(0, sites.keySet().stream().map(parts::get).toArray(INDArray[]::new));
  }

  private INDArray costs(INDArray like) {
    return costs.castTo(like.dataType());
  }

  /**
   * The probability of every gate to be open in the last forward pass.
   *
   * @return [gates], in the order of the model
   * @throws IllegalStateException before the first forward pass
   */
  public INDArray open() {
    if (open.size() < sites.size()) {
      throw new IllegalStateException("No forward pass of the gated model was seen yet");
    }
    return Nd4j.concat(0, sites.keySet().stream().map(open::get).toArray(INDArray[]::new));
  }

  /**
   * The open share of the gated cost in the last forward pass, Σ f g.
   *
   * @return in [0, 1]
   */
  public double openCost() {
    INDArray vector = open();
    return HostReads.scalar(vector.mul(costs(vector)).sum());
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (open.size() == sites.size()) {
      for (Weighted weighted : penalties) {
        INDArray vector = vector(weighted.penalty());
        weighted.penalty().stepDone(vector, costs(vector));
      }
    }
  }
}

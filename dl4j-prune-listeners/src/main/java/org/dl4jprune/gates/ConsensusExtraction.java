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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The majority of all examples decides each gate: ḡ ≥ 0.5 keeps. */
final class ConsensusExtraction {
  private static final Logger LOG = LoggerFactory.getLogger(ConsensusExtraction.class);
  private static final double LOW_AGREEMENT = 0.9;

  private ConsensusExtraction() {}

  static Consensus extract(ComputationGraph gated, MultiDataSetIterator data) {
    Map<String, GateSites.Site> sites = GateSites.of(gated);
    List<MultiDataSet> first = new ArrayList<>();
    Map<String, double[]> open = openness(gated, sites, data, first);
    Map<String, double[]> decisions = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    List<Consensus.Agreement> agreements = new ArrayList<>();
    double total = sites.values().stream().mapToDouble(GateSites.Site::cost).sum();
    double kept = 0;
    for (GateSites.Site site : sites.values()) {
      double[] means = open.get(site.name());
      double[] values = Arrays.stream(means).map(mean -> mean >= 0.5 ? 1 : 0).toArray();
      if (Arrays.stream(values).sum() == 0 && !site.removable()) {
        values[largest(means)] = 1;
        warnings.add(
            "all %d gates of %s are closed; the one that is open most often stays"
                .formatted(values.length, site.name()));
      }
      decisions.put(site.name(), values);
      Consensus.Agreement agreement = Consensus.Agreement.of(site.name(), means, values);
      agreements.add(agreement);
      if (agreement.mean() < LOW_AGREEMENT) {
        warnings.add(
            "the examples agree on the gates of %s by %.3f only, so accuracy can drop; use a larger weight of the polarisation or more epochs"
                .formatted(site.name(), agreement.mean()));
      }
      kept += site.cost() / total * Arrays.stream(values).sum() / values.length;
    }
    warnings.forEach(LOG::warn);
    Folded folded =
        new StaticNetwork(gated, decisions, false, warnings).extract(Map.of(), Map.of());
    return new Consensus(folded, agreements, kept, operations(folded, gated, first.get(0)));
  }

  /** The share of the network's multiply-accumulates that stays; gates themselves do not count. */
  private static double operations(Folded folded, ComputationGraph gated, MultiDataSet example) {
    ChannelGroups left = ChannelGroups.of(folded.model().unwrap());
    double full = GatedCost.operations(gated, example).full();
    return Cost.multiplyAccumulates(left, example).after(Set.of()) / full;
  }

  private static int largest(double[] means) {
    int best = 0;
    for (int i = 1; i < means.length; i++) {
      best = means[i] > means[best] ? i : best;
    }
    return best;
  }

  /** The mean of each gate over all examples, at inference. */
  private static Map<String, double[]> openness(
      ComputationGraph gated,
      Map<String, GateSites.Site> sites,
      MultiDataSetIterator data,
      List<MultiDataSet> first) {
    for (String site : sites.keySet()) {
      if (!(gated.getLayer(site) instanceof RunningGateModule)) {
        throw new IllegalArgumentException(
            "The gates of %s do not depend on the example; fold them with GateFolding"
                .formatted(site));
      }
    }
    Map<String, INDArray> sums = new LinkedHashMap<>();
    long examples = 0;
    if (data.resetSupported()) {
      data.reset();
    }
    while (data.hasNext()) {
      MultiDataSet batch = data.next();
      if (first.isEmpty()) {
        first.add(batch);
      }
      examples += batch.getFeatures(0).size(0);
      Map<String, INDArray> activations = gated.feedForward(batch.getFeatures(), false);
      for (String site : sites.keySet()) {
        INDArray sum = activations.get(site).sum(0);
        sums.merge(site, sum, INDArray::addi);
      }
    }
    if (examples == 0) {
      throw new IllegalArgumentException("There is no example that could decide the gates");
    }
    Map<String, double[]> means = new LinkedHashMap<>();
    double count = examples;
    sums.forEach((site, sum) -> means.put(site, HostReads.vector(sum.divi(count))));
    return means;
  }
}

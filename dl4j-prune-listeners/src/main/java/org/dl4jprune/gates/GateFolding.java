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
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes gates out of a network: a closed channel, head or branch is removed, the value of a kept
 * gate goes into the weights, and a gated weight becomes its product or zero. The result has no
 * gate, and its outputs are those of the gated network at inference with closed gates at exactly
 * zero.
 *
 * <p>A gate is closed if its value at inference is below 0.5, or for a hard concrete gate if it is
 * exactly zero. A layer whose gates are all closed keeps the one with the largest logit, as if it
 * were one, and a warning says so.
 */
public final class GateFolding {
  private static final Logger LOG = LoggerFactory.getLogger(GateFolding.class);

  private final Model gated;
  private final Map<String, double[]> decisions = new LinkedHashMap<>();
  private final Map<String, double[]> heads = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final Set<String> closedBranches = new TreeSet<>();

  private GateFolding(Model gated) {
    this.gated = gated;
  }

  /**
   * Removes what is closed.
   *
   * @param gated a network with gates of {@link Gates}; it is not touched
   * @return a smaller network of the same class
   * @throws IllegalArgumentException if there is no gate, or gates that depend on the example,
   *     which {@link ConsensusGates#extract} takes out
   */
  public static Folded fold(Model gated) {
    return new GateFolding(gated).run(false);
  }

  /**
   * Sets to zero what is closed and keeps all widths.
   *
   * @param gated a network with gates of {@link Gates}; it is not touched
   * @return a network of the widths that it had before the gates were inserted
   * @throws IllegalArgumentException as in {@link #fold}, or if a whole branch is closed, which has
   *     no mask
   */
  public static Folded mask(Model gated) {
    return new GateFolding(gated).run(true);
  }

  private Folded run(boolean mask) {
    for (Layer layer : GateSites.layers(gated)) {
      if (layer instanceof RunningGateModule module) {
        throw new IllegalArgumentException(
            "The gates of %s depend on the example; take them out with ConsensusGates.extract"
                .formatted(module.site()));
      }
      if (layer instanceof RunningGateLayer gate) {
        decide(gate);
      }
    }
    GateSites.of(gated);
    if (mask && !closedBranches.isEmpty()) {
      throw new IllegalArgumentException(
          "The branches of %s are closed and have no mask; fold them".formatted(closedBranches));
    }
    Map<String, INDArray> products = weights();
    return new StaticNetwork(gated, decisions, mask, warnings).extract(products, heads);
  }

  private void decide(RunningGateLayer gate) {
    GateLayer settings = gate.layerConf();
    INDArray logits = gate.getParam(GateLayer.KEY);
    double[] values = HostReads.vector(settings.getRelaxation().value(logits, null));
    boolean open = false;
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] < settings.getRelaxation().threshold() ? 0 : values[i];
      open |= values[i] > 0;
    }
    if (!open && settings.isRemovable()) {
      closedBranches.add(gate.site());
    } else if (!open) {
      values[(int) HostReads.scalar(logits.argMax(0))] = 1;
      warn(gate.site(), values.length);
    }
    decisions.put(gate.site(), values);
  }

  /** What gated weights become, by the name of the parameter in the gated model. */
  private Map<String, INDArray> weights() {
    Map<String, INDArray> products = new LinkedHashMap<>();
    GateSites.byKey(gated)
        .forEach(
            (key, layer) -> {
              if (layer instanceof RunningGatedWeights wrapped) {
                products.put(key + "_" + wrapped.key(), product(key, wrapped));
              }
            });
    return products;
  }

  private INDArray product(String key, RunningGatedWeights wrapped) {
    INDArray decision = wrapped.decision();
    if (HostReads.scalar(decision.norm1()) == 0) {
      INDArray vector = decision.reshape('c', new long[] {decision.length()});
      vector.get(NDArrayIndex.point(wrapped.mostOpen())).assign(1);
      decision = vector.reshape('c', decision.shape());
      warn(wrapped.site(), wrapped.gates());
    }
    if (wrapped.isOfHeads()) {
      double[] values = HostReads.vector(decision);
      decisions.put(wrapped.site(), values);
      heads.put(key, values);
    }
    return wrapped.folded(decision);
  }

  private void warn(String site, long gates) {
    String warning =
        "all %d gates of %s are closed; the one with the largest logit stays"
            .formatted(gates, site);
    warnings.add(warning);
    LOG.warn(warning);
  }
}

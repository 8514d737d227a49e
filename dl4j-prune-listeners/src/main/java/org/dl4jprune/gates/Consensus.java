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
import java.util.List;

/**
 * A network whose gates became constants.
 *
 * @param folded the static network
 * @param agreements how far the examples agreed, by site
 * @param keptCost the share of the gated cost that stays, Σ f over the kept gates
 * @param keptOperations the share of the whole network's multiply-accumulates that stays; less than
 *     {@code keptCost} where a closed gate also saves its readers work
 */
public record Consensus(
    Folded folded, List<Agreement> agreements, double keptCost, double keptOperations) {

  /**
   * Copies the list.
   *
   * @param folded the static network
   * @param agreements how far the examples agreed, by site
   * @param keptCost the share of the gated cost that stays
   * @param keptOperations the share of all multiply-accumulates that stays
   */
  public Consensus {
    agreements = List.copyOf(agreements);
  }

  /**
   * How far the examples agreed on the gates of one site; the agreement on a gate that is open for
   * a share ḡ of the examples is max(ḡ, 1 − ḡ).
   *
   * @param site the gate module's name
   * @param gates how many there are
   * @param kept how many stay
   * @param mean the mean agreement
   * @param least the least agreement
   * @param unanimous the share of gates on which all examples agree
   */
  public record Agreement(
      String site, long gates, long kept, double mean, double least, double unanimous) {
    static Agreement of(String site, double[] means, double[] values) {
      double[] agreement = Arrays.stream(means).map(m -> Math.max(m, 1 - m)).toArray();
      return new Agreement(
          site,
          means.length,
          Math.round(Arrays.stream(values).sum()),
          Arrays.stream(agreement).average().orElseThrow(),
          Arrays.stream(agreement).min().orElseThrow(),
          Arrays.stream(agreement).filter(a -> a == 1).count() / (double) means.length);
    }
  }

  /**
   * The mean agreement over all gates.
   *
   * @return in [0.5, 1]
   */
  public double agreement() {
    double gates = agreements.stream().mapToLong(Agreement::gates).sum();
    return agreements.stream().mapToDouble(a -> a.mean() * a.gates()).sum() / gates;
  }

  /**
   * Agreement by site, the kept share and what was removed.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    for (Agreement a : agreements) {
      lines.add(
          "%s: %d of %d gates kept, agreement %.4f (least %.4f), unanimous on %.1f %%"
              .formatted(a.site(), a.kept(), a.gates(), a.mean(), a.least(), 100 * a.unanimous()));
    }
    lines.add(
        "agreement %.4f over all gates, %.4f of the gated cost and %.4f of all operations kept"
            .formatted(agreement(), keptCost, keptOperations));
    lines.add(folded.toText());
    return String.join(System.lineSeparator(), lines);
  }
}

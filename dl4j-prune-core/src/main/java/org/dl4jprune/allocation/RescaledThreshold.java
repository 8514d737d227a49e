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
package org.dl4jprune.allocation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Global} with a floor as its authors' code has it: where a floor saves units of one layer,
 * the other layers pay in proportion to what they lose already, and not where scores are lowest.
 * Card {@code global-mp}, part B, "what the paper's code does instead"; Gupta et al., 2022, <a
 * href="https://arxiv.org/abs/2209.14624">arXiv 2209.14624</a>.
 *
 * <p>The authors scale and clamp until the total is reached; this is the point that their loop
 * comes ever closer to, min(c·zeros_l, n_l − floor_l) with one c, in whole numbers by largest
 * remainder. A layer that loses nothing without a floor pays only when all others are at theirs.
 *
 * @param floor the least that each parameter keeps
 */
public record RescaledThreshold(Floor floor) implements Allocation {
  /** Too little to move a unit while another layer has one to give. */
  private static final double LAST_RESORT = 1e-12;

  /**
   * Fills in what is left out.
   *
   * @param floor the least that each parameter keeps; null for none
   */
  public RescaledThreshold {
    floor = floor == null ? Floor.none() : floor;
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] least = floor.least(request);
    long[] units = request.units();
    List<INDArray> scores =
        IntStream.range(0, units.length).mapToObj(request.scores()::apply).toList();
    long[] vanilla = Ranking.kept(scores, request.kept());
    double[] weights = new double[units.length];
    Arrays.setAll(weights, i -> Math.max(units[i] - vanilla[i], LAST_RESORT * units[i]));
    long[] dead = new long[units.length];
    Arrays.setAll(dead, i -> units[i] - request.alive()[i]);
    long[] most = new long[units.length];
    Arrays.setAll(most, i -> units[i] - least[i]);
    long[] zeros = Quotas.counts(weights, dead, most, request.zeros());
    long[] kept = new long[units.length];
    Arrays.setAll(kept, i -> units[i] - zeros[i]);
    return Scopes.keeping(request, kept, least);
  }
}

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
package org.dl4jprune.lottery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.transform.BlockReport;

/**
 * What a {@link LayerRewinding} came to.
 *
 * @param dense the whole network after all iterations
 * @param denseScore what the evaluation gave for it
 * @param report which blocks are gone, and why
 * @param tickets the smaller networks after all iterations, by the iteration they went back to
 * @param scores what the evaluation gave for them; NaN for one that diverged
 */
public record LayerTickets(
    PrunableModel dense,
    double denseScore,
    BlockReport report,
    Map<Long, PrunableModel> tickets,
    Map<Long, Double> scores) {

  /**
   * Copies its arguments.
   *
   * @param dense the whole network
   * @param denseScore its score
   * @param report which blocks are gone
   * @param tickets the smaller networks
   * @param scores their scores
   */
  public LayerTickets {
    tickets = Collections.unmodifiableMap(new LinkedHashMap<>(tickets));
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }

  /**
   * How much better a ticket is than the dense network.
   *
   * @param point the iteration it went back to
   * @return its score less the dense one; negative if it is worse
   * @throws IllegalArgumentException if there is no such ticket
   */
  public double difference(long point) {
    if (!scores.containsKey(point)) {
      throw new IllegalArgumentException(
          "No ticket went back to iteration %d; there are %s".formatted(point, scores.keySet()));
    }
    return scores.get(point) - denseScore;
  }

  /**
   * Whether a ticket wins: its score and the tolerance reach the dense score.
   *
   * @param point the iteration it went back to
   * @param tolerance 0 in the paper's tables; one point or the standard deviation of dense
   *     trainings are usual too
   * @return false for a ticket that diverged
   * @throws IllegalArgumentException if there is no such ticket
   */
  public boolean winning(long point, double tolerance) {
    return difference(point) + tolerance >= 0;
  }

  /**
   * A table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add("%10s %10s %12s".formatted("rewound to", "score", "over dense"));
    lines.add("%10s %10.4f".formatted("(dense)", denseScore));
    scores.forEach(
        (point, score) ->
            lines.add("%10d %10.4f %+12.4f".formatted(point, score, difference(point))));
    lines.add(report.toText());
    return String.join(System.lineSeparator(), lines);
  }

  @Override
  public String toString() {
    return toText();
  }
}

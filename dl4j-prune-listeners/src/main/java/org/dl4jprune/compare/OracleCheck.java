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
package org.dl4jprune.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a check of the oracle has measured.
 *
 * @param candidates in the order in which the search lists them
 * @param overlays the choices of criteria
 * @param predictions the loss before retraining and other numbers against each result
 */
public record OracleCheck(
    List<Retrained> candidates, Map<String, Retrained> overlays, List<Prediction> predictions) {
  /** The predictor that oracle pruning minimises. */
  public static final String LOSS = "loss before retraining";

  /** The result that is better where it is lower. */
  public static final String TEST_LOSS = "test loss";

  /** The result that is better where it is higher. */
  public static final String SCORE = "score";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Copies its arguments.
   *
   * @param candidates in the order in which the search lists them
   * @param overlays the choices of criteria
   * @param predictions the numbers against each result
   */
  public OracleCheck {
    candidates = List.copyOf(candidates);
    overlays = new LinkedHashMap<>(overlays);
    predictions = List.copyOf(predictions);
  }

  /**
   * The loss before retraining against a result.
   *
   * @param result {@link #TEST_LOSS} or {@link #SCORE}
   * @return its statistics
   * @throws IllegalArgumentException if that was not measured
   */
  public Prediction of(String result) {
    return predictions.stream()
        .filter(p -> p.predictor().equals(LOSS) && p.result().equals(result))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s was not measured; there are %s"
                        .formatted(
                            result,
                            predictions.stream().map(Prediction::result).distinct().toList())));
  }

  /**
   * How many candidates have a lower loss before retraining.
   *
   * @param one a candidate or an overlay
   * @return 0 for the oracle
   */
  public long rank(Retrained one) {
    return candidates.stream().filter(c -> c.before() < one.before()).count();
  }

  /**
   * The statistics for people, and where the oracle, the overlays and a random pick stand.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    predictions.forEach(p -> lines.add(p.toString()));
    lines.add("%-24s %12s %10s %12s %10s".formatted("choice", "before", "rank", "loss", "score"));
    candidates.stream()
        .filter(c -> rank(c) == 0)
        .findFirst()
        .ifPresent(oracle -> lines.add(line("oracle", oracle)));
    overlays.forEach((name, overlay) -> lines.add(line(name, overlay)));
    lines.add(
        "%-24s %12.6f %10s %12.6f %10.4f"
            .formatted(
                "random, mean",
                candidates.stream().mapToDouble(Retrained::before).average().orElseThrow(),
                "",
                candidates.stream().mapToDouble(Retrained::loss).average().orElseThrow(),
                candidates.stream().mapToDouble(Retrained::score).average().orElseThrow()));
    return String.join(System.lineSeparator(), lines);
  }

  private String line(String name, Retrained one) {
    return "%-24s %12.6f %5d/%-4d %12.6f %10.4f"
        .formatted(name, one.before(), rank(one), candidates.size(), one.loss(), one.score());
  }

  /**
   * Everything.
   *
   * @return JSON
   */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers and names can always be written", e);
    }
  }

  /**
   * Writes the scatter of results against the loss before retraining, with the statistics.
   *
   * @param file one page of HTML with SVG; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void writeHtml(Path file) throws IOException {
    new ScatterPage(this).write(file);
  }

  @Override
  public String toString() {
    return toText();
  }
}

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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.file.AtomicFile;

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

  /** The loss on what the loss before retraining was measured on. */
  public static final String TRAINING_LOSS = "training loss";

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
   * @param result {@link #TEST_LOSS}, {@link #TRAINING_LOSS} or {@link #SCORE}
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
   * How many candidates have a lower loss before retraining. A loss that is not finite is above all
   * others.
   *
   * @param one a candidate or an overlay
   * @return 0 for the oracle
   */
  public long rank(Retrained one) {
    return candidates.stream()
        .filter(c -> Double.isFinite(c.before()))
        .filter(c -> !Double.isFinite(one.before()) || c.before() < one.before())
        .count();
  }

  /**
   * The candidate with the least loss before retraining.
   *
   * @return the first of equal ones; empty if no loss is finite
   */
  public Optional<Retrained> oracle() {
    return candidates.stream()
        .filter(c -> Double.isFinite(c.before()))
        .min(Comparator.comparingDouble(Retrained::before));
  }

  /**
   * What a random pick comes to.
   *
   * @param number of a candidate, such as {@code Retrained::score}
   * @return the mean over the candidates for which it is finite; NaN if there are none
   */
  public double mean(ToDoubleFunction<Retrained> number) {
    return candidates.stream()
        .mapToDouble(number)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
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
    oracle().ifPresent(one -> lines.add(line("oracle", one)));
    overlays.forEach((name, overlay) -> lines.add(line(name, overlay)));
    lines.add(
        "%-24s %12.6f %10s %12.6f %10.4f"
            .formatted(
                "random, mean",
                mean(Retrained::before),
                "",
                mean(Retrained::loss),
                mean(Retrained::score)));
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
   * Saves everything.
   *
   * @param file gets {@link #toJson}; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    AtomicFile.text(file, toJson());
  }

  /**
   * Loads what was saved.
   *
   * @param file written by {@link #save}
   * @return a check that is equal to the saved one
   * @throws IOException if it cannot be read, or holds something else
   */
  public static OracleCheck load(Path file) throws IOException {
    return MAPPER.readValue(file.toFile(), OracleCheck.class);
  }

  /**
   * Writes the scatter of results against the loss before retraining, with the statistics.
   *
   * @param file one page of HTML with SVG; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void writeHtml(Path file) throws IOException {
    new ScatterPage(this).page().write(file);
  }

  @Override
  public String toString() {
    return toText();
  }
}

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
package org.dl4jprune.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a structured removal was asked for and what it reached.
 *
 * @param measures units, parameters and whatever else was counted, before and after
 * @param layers the layers whose shapes changed, in the order of the model
 * @param steps one line for each step of the removal
 * @param remarks what the user should know
 */
public record RemovalReport(
    List<Measure> measures, List<Layer> layers, List<Step> steps, List<String> remarks) {

  /**
   * Something that was counted.
   *
   * @param name units, parameters, multiply-accumulates, bytes or nanoseconds
   * @param before of the given model
   * @param after of the smaller one
   * @param asked the fraction that was to go, or null where nothing was asked of this measure
   */
  public record Measure(String name, long before, long after, Double asked) {

    /**
     * The fraction that went.
     *
     * @return 0 if nothing did
     */
    public double reached() {
      return before == 0 ? 0 : 1 - (double) after / before;
    }

    private String text() {
      return "%-22s %,15d -> %,15d   asked %6s   reached %.4f"
          .formatted(name, before, after, asked == null ? "-" : "%.4f".formatted(asked), reached());
    }
  }

  /**
   * A layer's weights.
   *
   * @param parameter the parameter's name
   * @param layerType the kind of its layer
   * @param before its shape in the given model
   * @param after its shape in the smaller one
   */
  public record Layer(String parameter, String layerType, List<Long> before, List<Long> after) {

    /**
     * Copies its arguments.
     *
     * @param parameter the parameter's name
     * @param layerType the kind of its layer
     * @param before its shape in the given model
     * @param after its shape in the smaller one
     */
    public Layer {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * One step of a removal.
   *
   * @param step counted from 1
   * @param asked the fraction of the given model that was to be gone after it
   * @param reached the fraction that was gone
   * @param units how many units the step removed
   * @param plan the step's plan as JSON, for the model that the step began with
   */
  public record Step(int step, double asked, double reached, int units, String plan) {}

  /**
   * Copies its arguments.
   *
   * @param measures what was counted
   * @param layers the layers whose shapes changed
   * @param steps one line for each step
   * @param remarks what the user should know
   */
  public RemovalReport {
    measures = List.copyOf(measures);
    layers = List.copyOf(layers);
    steps = List.copyOf(steps);
    remarks = List.copyOf(remarks);
  }

  /**
   * What was counted under a name.
   *
   * @param name such as {@code parameters}
   * @return its line
   * @throws IllegalArgumentException if nothing of this name was counted
   */
  public Measure measure(String name) {
    return measures.stream()
        .filter(measure -> measure.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No %s were counted; there are %s"
                        .formatted(name, measures.stream().map(Measure::name).toList())));
  }

  /**
   * The report as tables for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    measures.stream().map(Measure::text).forEach(lines::add);
    for (Layer layer : layers) {
      lines.add(
          "%-28s %-24s %s -> %s"
              .formatted(
                  layer.parameter(), layer.layerType(), text(layer.before()), text(layer.after())));
    }
    if (steps.size() > 1) {
      for (Step step : steps) {
        lines.add(
            "step %d: asked %.4f, reached %.4f, %d units went"
                .formatted(step.step(), step.asked(), step.reached(), step.units()));
      }
    }
    lines.addAll(remarks);
    return String.join(System.lineSeparator(), lines);
  }

  private static String text(List<Long> shape) {
    return Arrays.toString(shape.stream().mapToLong(Objects::requireNonNull).toArray());
  }

  /**
   * The report for programs.
   *
   * @return a JSON object with this record's components; each measure has {@code reached} too
   */
  public String toJson() {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(
              new Json(
                  measures.stream()
                      .map(m -> new Line(m.name(), m.before(), m.after(), m.asked(), m.reached()))
                      .toList(),
                  layers,
                  steps,
                  remarks));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report of numbers and names can always be written", e);
    }
  }

  private record Line(String name, long before, long after, Double asked, double reached) {}

  private record Json(
      List<Line> measures, List<Layer> layers, List<Step> steps, List<String> remarks) {}
}

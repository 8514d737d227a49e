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
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.stats.WelchInterval;

/**
 * All trainings of a comparison.
 *
 * @param runs in the order in which they were trained
 * @param tolerance how much worse than fine-tuning still counts as equal, in the score's unit
 */
public record ScratchResult(List<ArmRun> runs, double tolerance) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final double CONFIDENCE = 0.95;
  private static final int MOST_SEEDS = 1_000;

  /**
   * Copies its argument.
   *
   * @param runs in the order in which they were trained
   * @param tolerance how much worse still counts as equal
   */
  public ScratchResult {
    runs = List.copyOf(runs);
  }

  /**
   * One line of the table: means over the trainings that did not fail.
   *
   * @param arm which
   * @param mean of the score
   * @param deviation of the score, with the divisor n − 1; NaN for fewer than 2
   * @param n how many trainings
   * @param failed how many more failed
   * @param epochs how long
   * @param cost multiply-accumulates times examples, the dense training included
   * @param parameters live ones
   * @param operations multiply-accumulates of one example
   */
  public record Row(
      Arm arm,
      double mean,
      double deviation,
      int n,
      int failed,
      double epochs,
      double cost,
      double parameters,
      double operations) {}

  /**
   * The table.
   *
   * @return one row for each arm, in the order of the arms
   */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Arm arm : Arm.values()) {
      List<ArmRun> all = runs.stream().filter(run -> run.arm() == arm).toList();
      if (!all.isEmpty()) {
        double[] scores = scores(arm);
        rows.add(
            new Row(
                arm,
                scores.length == 0 ? Double.NaN : StatUtils.mean(scores),
                scores.length < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(scores)),
                scores.length,
                all.size() - scores.length,
                mean(all, ArmRun::epochs),
                mean(all, ArmRun::cost),
                mean(all, ArmRun::parameters),
                mean(all, ArmRun::operations)));
      }
    }
    return rows;
  }

  private static double mean(List<ArmRun> runs, ToDoubleFunction<ArmRun> number) {
    return runs.stream().mapToDouble(number).average().orElseThrow();
  }

  private double[] scores(Arm arm) {
    return runs.stream()
        .filter(run -> run.arm() == arm && !run.failed())
        .mapToDouble(ArmRun::score)
        .toArray();
  }

  /**
   * The difference to fine-tuning.
   *
   * @param arm which
   * @return the arm's mean score minus that of fine-tuning, with its interval at 95 %
   * @throws IllegalStateException if one of the two has fewer than 2 trainings that did not fail
   */
  public WelchInterval difference(Arm arm) {
    double[] one = scores(arm);
    double[] two = scores(Arm.FINE_TUNE);
    if (one.length < 2 || two.length < 2) {
      throw new IllegalStateException(
          "A verdict needs 2 trainings of each arm at least, not %d of %s and %d of FINE_TUNE; give more seeds"
              .formatted(one.length, arm, two.length));
    }
    return WelchInterval.of(one, two, CONFIDENCE);
  }

  /**
   * What the difference to fine-tuning shows.
   *
   * @param arm which
   * @return the verdict
   * @throws IllegalStateException as {@link #difference}
   */
  public ScratchVerdict verdict(Arm arm) {
    return verdict(difference(arm));
  }

  private ScratchVerdict verdict(WelchInterval difference) {
    if (difference.high() < 0) {
      return ScratchVerdict.WEIGHTS_MATTER;
    }
    return difference.low() > -tolerance
        ? ScratchVerdict.ARCHITECTURE_SUFFICES
        : ScratchVerdict.UNDECIDED;
  }

  /**
   * How many seeds would decide.
   *
   * @param arm which
   * @return the smallest number up to 1,000 at which the same means and deviations give a verdict;
   *     empty if none does
   * @throws IllegalStateException as {@link #difference}
   */
  public OptionalInt decidingSeeds(Arm arm) {
    double difference = difference(arm).difference();
    double one = StatUtils.variance(scores(arm));
    double two = StatUtils.variance(scores(Arm.FINE_TUNE));
    for (int n = 2; n <= MOST_SEEDS; n++) {
      WelchInterval interval =
          WelchInterval.of(
              difference,
              new WelchInterval.Sample(n, one),
              new WelchInterval.Sample(n, two),
              CONFIDENCE);
      if (verdict(interval) != ScratchVerdict.UNDECIDED) {
        return OptionalInt.of(n);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The table and the verdicts for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-13s %10s %9s %3s %8s %14s %12s %14s"
            .formatted("arm", "mean", "std", "n", "epochs", "training cost", "parameters", "MACs"));
    for (Row row : rows()) {
      lines.add(
          "%-13s %10.4f %9.4f %3d %8.1f %14.4g %,12.0f %,14.0f%s"
              .formatted(
                  row.arm,
                  row.mean,
                  row.deviation,
                  row.n,
                  row.epochs,
                  row.cost,
                  row.parameters,
                  row.operations,
                  row.failed == 0 ? "" : "  (%d more failed)".formatted(row.failed)));
    }
    lines.addAll(verdicts());
    return String.join(System.lineSeparator(), lines);
  }

  /** One line for each arm that is compared with fine-tuning. */
  List<String> verdicts() {
    return rows().stream()
        .map(Row::arm)
        .filter(arm -> arm != Arm.DENSE && arm != Arm.FINE_TUNE)
        .map(this::verdictText)
        .toList();
  }

  /** Whether the arm and fine-tuning have 2 trainings each that did not fail. */
  boolean hasVerdict(Arm arm) {
    return scores(arm).length >= 2 && scores(Arm.FINE_TUNE).length >= 2;
  }

  private String verdictText(Arm arm) {
    if (!hasVerdict(arm)) {
      return "%s against FINE_TUNE: no verdict from fewer than 2 trainings each".formatted(arm);
    }
    WelchInterval difference = difference(arm);
    String text =
        "%s against FINE_TUNE: %+.4f in [%.4f, %.4f] (p = %.4f): %s"
            .formatted(
                arm,
                difference.difference(),
                difference.low(),
                difference.high(),
                difference.pValue(),
                verdict(arm));
    if (verdict(arm) != ScratchVerdict.UNDECIDED) {
      return text;
    }
    OptionalInt seeds = decidingSeeds(arm);
    return text
        + (seeds.isPresent()
            ? "; %d seeds with these means and deviations would decide".formatted(seeds.getAsInt())
            : "; not even %,d seeds with these means and deviations would decide"
                .formatted(MOST_SEEDS));
  }

  /**
   * The table and all trainings.
   *
   * @return JSON
   */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(new Saved(tolerance, rows(), runs));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers can always be written", e);
    }
  }

  /** What a file holds; the rows follow from the runs and are there for other programs. */
  private record Saved(double tolerance, List<Row> rows, List<ArmRun> runs) {}

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
   * @return a result that is equal to the saved one
   * @throws IOException if it cannot be read, or holds something else
   */
  public static ScratchResult load(Path file) throws IOException {
    Saved saved = MAPPER.readValue(file.toFile(), Saved.class);
    return new ScratchResult(saved.runs(), saved.tolerance());
  }

  /**
   * Writes the table, the scores of all seeds and the differences to fine-tuning.
   *
   * @param file one page of HTML with SVG; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void writeHtml(Path file) throws IOException {
    new ScratchPage(this).page().write(file);
  }

  @Override
  public String toString() {
    return toText();
  }
}

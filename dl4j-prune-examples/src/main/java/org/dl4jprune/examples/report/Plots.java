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
package org.dl4jprune.examples.report;

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.examples.run.Method;
import org.dl4jprune.examples.run.RunResult;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;
import org.dl4jprune.report.PruningReport;

/** The curves of a comparison. */
final class Plots {
  private Plots() {}

  /** Draws how many weights were dead after each step, as the methods recorded it. */
  static String sparsity(List<RunResult> results) {
    List<Series> lines = new ArrayList<>();
    double most = 0;
    long steps = 1;
    for (RunResult result : results) {
      lines.add(of(result.method(), sparsityOf(result)));
      most = Math.max(most, 100 * highest(result));
      steps = Math.max(steps, result.steps());
    }
    Axis vertical = Axis.covering("weights that are zero, %", 0, Math.max(most, 1));
    return Chart.lines(Axis.upTo("training step", 0, steps), vertical, false, lines);
  }

  private static double highest(RunResult result) {
    return (double)
            result.pruning().trace().stream().mapToLong(PruningReport.Update::zeros).max().orElse(0)
        / result.pruning().weights();
  }

  /** Sparsity stays between two updates, so the line goes in stairs. */
  private static List<Point> sparsityOf(RunResult result) {
    List<Point> points = new ArrayList<>();
    double now = 0;
    for (PruningReport.Update update : result.pruning().trace()) {
      double next = 100.0 * update.zeros() / result.pruning().weights();
      if (next != now) {
        points.add(new Point(update.time(), now));
        points.add(new Point(update.time(), next));
        now = next;
      }
    }
    if (points.isEmpty() || points.get(0).x() > 0) {
      points.add(0, new Point(0, 0));
    }
    points.add(new Point(result.steps(), now));
    return points;
  }

  /** Draws the accuracy on the test images after each epoch. */
  static String accuracy(List<RunResult> results) {
    List<Series> lines = new ArrayList<>();
    double least = 100;
    double most = 0;
    int epochs = 1;
    for (RunResult result : results) {
      lines.add(of(result.method(), accuracyOf(result)));
      for (RunResult.EpochAccuracy at : result.accuracies()) {
        // What was never retrained may fall so far that all other lines would look alike.
        if (result.method() != Method.ONE_SHOT_AT_END || results.size() == 1) {
          least = Math.min(least, 100 * at.accuracy());
        }
        most = Math.max(most, 100 * at.accuracy());
        epochs = Math.max(epochs, at.epoch());
      }
    }
    Axis vertical = Axis.covering("right answers on test images, %", Math.min(least, most), most);
    Axis horizontal = epochs == 1 ? Axis.upTo("epoch", 0, 1) : Axis.upTo("epoch", 1, epochs);
    // The shared part of the dense line lies over that of the network pruned at its end.
    lines.sort((a, b) -> Boolean.compare(below(b), below(a)));
    return Chart.lines(horizontal, vertical, true, lines);
  }

  private static boolean below(Series series) {
    return series.label().equals(Method.ONE_SHOT_AT_END.label());
  }

  private static List<Point> accuracyOf(RunResult result) {
    return result.accuracies().stream()
        .map(at -> new Point(at.epoch(), 100 * at.accuracy()))
        .toList();
  }

  private static Series of(Method method, List<Point> points) {
    return new Series(method.label(), colour(method), dash(method), points);
  }

  /** Names the colour of a method: those of Okabe and Ito, which colour-blind people tell apart. */
  static String colour(Method method) {
    return switch (method) {
      case DENSE -> "#444444";
      case ONE_SHOT_AT_END -> "#e69f00";
      case ONE_SHOT -> "#d55e00";
      case GMP -> "#0072b2";
      case GRANET -> "#009e73";
      case RIGL -> "#cc79a7";
      case SET -> "#56b4e9";
    };
  }

  /** Dashes GraNet, whose sparsity runs along that of gradual pruning and would hide it. */
  static String dash(Method method) {
    return method == Method.GRANET ? "7 5" : "none";
  }
}

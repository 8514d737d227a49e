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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.plot.Axis;
import org.dl4jprune.plot.Chart;
import org.dl4jprune.plot.Page;
import org.dl4jprune.plot.Series;
import org.dl4jprune.plot.Series.Point;

/** A page with one scatter plot for each result of a check, and the check's text. */
final class ScatterPage {
  private final OracleCheck check;

  ScatterPage(OracleCheck check) {
    this.check = check;
  }

  Page page() {
    Page page =
        new Page(
            "Is the oracle an oracle?",
            "Each point is a set of units that was removed: the loss right after it, and the result of retraining.");
    plot(page, OracleCheck.TEST_LOSS, Retrained::loss);
    if (has(OracleCheck.TRAINING_LOSS)) {
      plot(page, OracleCheck.TRAINING_LOSS, Retrained::trainingLoss);
    }
    if (has(OracleCheck.SCORE)) {
      plot(page, OracleCheck.SCORE, Retrained::score);
    }
    return page.text(check.toText());
  }

  private boolean has(String result) {
    return check.predictions().stream().anyMatch(p -> p.result().equals(result));
  }

  private void plot(Page page, String result, ToDoubleFunction<Retrained> value) {
    List<Series> clouds = new ArrayList<>();
    clouds.add(cloud("candidates", "#8b95a3", check.candidates(), value));
    check.oracle().ifPresent(o -> clouds.add(cloud("oracle", Series.colour(6), List.of(o), value)));
    clouds.add(
        new Series(
            "random, mean",
            Series.colour(5),
            "none",
            List.of(new Point(check.mean(Retrained::before), check.mean(value)))));
    int overlay = 0;
    for (var entry : check.overlays().entrySet()) {
      clouds.add(cloud(entry.getKey(), Series.colour(overlay), List.of(entry.getValue()), value));
      overlay++;
    }
    page.chart(
        result + " after retraining",
        Chart.clouds(
            axis(OracleCheck.LOSS, clouds, Point::x),
            axis(result + " after retraining", clouds, Point::y),
            clouds),
        clouds);
  }

  private static Series cloud(
      String name, String colour, List<Retrained> all, ToDoubleFunction<Retrained> value) {
    return new Series(
        name,
        colour,
        "none",
        all.stream().map(one -> new Point(one.before(), value.applyAsDouble(one))).toList());
  }

  private static Axis axis(String label, List<Series> clouds, ToDoubleFunction<Point> place) {
    double[] finite =
        clouds.stream()
            .flatMap(cloud -> cloud.points().stream())
            .mapToDouble(place)
            .filter(Double::isFinite)
            .toArray();
    double least = Arrays.stream(finite).min().orElse(0);
    return Axis.covering(label, least, Arrays.stream(finite).max().orElse(least));
  }
}

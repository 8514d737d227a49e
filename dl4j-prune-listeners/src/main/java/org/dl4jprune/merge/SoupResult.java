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
package org.dl4jprune.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.transform.Pruned;

/**
 * What a sparse model soup came to.
 *
 * @param directory holds the files of all copies and soups
 * @param pruned the last soup with its masks
 * @param steps all copies and soups, in order
 */
public record SoupResult(Path directory, Pruned pruned, List<SoupStep> steps) {

  /**
   * Copies its arguments.
   *
   * @param directory holds the files
   * @param pruned the last soup with its masks
   * @param steps all copies and soups
   */
  public SoupResult {
    steps = List.copyOf(steps);
  }

  /**
   * The sparse model.
   *
   * @return a model of the class that was given
   */
  public Object model() {
    return pruned.model().unwrap();
  }

  /**
   * The soup of a phase.
   *
   * @param phase from 1
   * @return its step
   */
  public SoupStep soup(int phase) {
    return steps.stream()
        .filter(step -> step.phase() == phase && step.copy() == 0)
        .findFirst()
        .orElseThrow();
  }

  /**
   * The copies of a phase.
   *
   * @param phase from 1
   * @return their steps in order
   */
  public List<SoupStep> copies(int phase) {
    return steps.stream().filter(step -> step.phase() == phase && step.copy() > 0).toList();
  }

  /**
   * The retrained copies of a phase, from their files; those that diverged are missing. With {@link
   * Ensemble} and {@link RePrune} they give what a soup is compared with.
   *
   * @param phase from 1
   * @return new models
   * @throws IOException if a file cannot be read
   */
  public List<PrunableModel> copiesOf(int phase) throws IOException {
    List<PrunableModel> models = new ArrayList<>();
    for (SoupStep step : copies(phase)) {
      if (!Double.isNaN(step.score())) {
        PrunableModel copy = pruned.model().copy();
        try (Snapshot state = Snapshot.load(directory.resolve(copyFile(phase, step.copy())))) {
          state.restoreValues(copy);
        }
        models.add(copy);
      }
    }
    return models;
  }

  static String copyFile(int phase, int copy) {
    return "copy-%d-%d.bin".formatted(phase, copy);
  }

  /**
   * A table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add("%5s %-8s %12s %10s".formatted("phase", "model", "zeros", "score"));
    for (SoupStep step : steps) {
      lines.add(
          "%5d %-8s %,12d %10.4f%s"
              .formatted(
                  step.phase(),
                  step.copy() == 0 ? "soup" : "copy " + step.copy(),
                  step.zeros(),
                  step.score(),
                  step.copy() == 0
                      ? "  of copies %s, the farthest at distance %.4f"
                          .formatted(step.chosen(), step.distance())
                      : ""));
      if (step.spread() != null) {
        lines.add("      " + step.spread().toText());
      }
    }
    return String.join(System.lineSeparator(), lines);
  }

  @Override
  public String toString() {
    return toText();
  }
}

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

import static org.dl4jprune.training.Settings.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.training.Trainer;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Thinned;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects what a {@link ScratchComparison} needs. */
public final class ScratchComparisonBuilder {
  Recipe recipe;
  Recipe fineTuning;
  Trainer trainer;
  ToDoubleFunction<Object> evaluation;
  Function<Object, PrunedShape.Found> pruning;
  boolean structured;
  MultiDataSet example;
  Path directory;
  Set<Arm> arms = EnumSet.of(Arm.FINE_TUNE, Arm.SCRATCH_E, Arm.SCRATCH_B);
  EpochBudgets budgets;
  SparseAware initialisation = SparseAware.OWN;
  int epochs;
  long iterations;
  long examples;
  int fineTuneEpochs;
  double cap = Double.POSITIVE_INFINITY;
  double tolerance = 0.5;
  List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L);
  String name = "";

  ScratchComparisonBuilder() {}

  /**
   * What is trained.
   *
   * @param recipe makes the dense model, whose learning rate spans the epochs it is told
   * @return this
   */
  public ScratchComparisonBuilder recipe(Recipe recipe) {
    this.recipe = recipe;
    return this;
  }

  /**
   * How it is trained.
   *
   * @param trainer the user's training
   * @return this
   */
  public ScratchComparisonBuilder trainer(Trainer trainer) {
    this.trainer = trainer;
    return this;
  }

  /**
   * What is measured after the last epoch of each training.
   *
   * @param evaluation a score of the model, where higher is better, such as the accuracy on the
   *     test set in percent
   * @return this
   */
  public ScratchComparisonBuilder evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Removes units.
   *
   * @param pruning of a trained model, such as {@code m -> StructuredPruning.of(m).sparsity(0.5)
   *     .prune()}; what goes must follow from the model alone
   * @return this
   */
  public ScratchComparisonBuilder structured(Function<Object, Thinned> pruning) {
    this.pruning = model -> PrunedShape.Found.of(pruning.apply(model));
    this.structured = true;
    return this;
  }

  /**
   * Masks single weights.
   *
   * @param pruning of a copy of a trained model, such as {@code m -> Pruner.of(m).sparsity(0.9)
   *     .prune()}; what goes must follow from the model alone
   * @return this
   */
  public ScratchComparisonBuilder unstructured(Function<Object, Pruned> pruning) {
    this.pruning = model -> PrunedShape.Found.of(pruning.apply(model));
    this.structured = false;
    return this;
  }

  /**
   * What the pruning is called. A directory belongs to one name, so that the trainings of two
   * prunings are never mixed.
   *
   * @param name such as "half of all neurons by L1"
   * @return this
   */
  public ScratchComparisonBuilder name(String name) {
    this.name = name;
    return this;
  }

  /**
   * The dense training.
   *
   * @param epochs E
   * @param iterations steps of an epoch
   * @param examples of an epoch, for the cost
   * @return this
   */
  public ScratchComparisonBuilder epochs(int epochs, long iterations, long examples) {
    this.epochs = epochs;
    this.iterations = iterations;
    this.examples = examples;
    return this;
  }

  /**
   * The fine-tuning; a quarter of the dense training at the smallest learning rate of its schedule
   * in the paper.
   *
   * @param epochs at least 1
   * @param recipe makes a dense model with the learning rate of the fine-tuning
   * @return this
   */
  public ScratchComparisonBuilder fineTune(int epochs, Recipe recipe) {
    this.fineTuneEpochs = epochs;
    this.fineTuning = recipe;
    return this;
  }

  /**
   * Limits the epochs of scratch-B.
   *
   * @param factor the largest E_B/E, at least 1; no limit by default, as in the paper's code; 2 in
   *     its text
   * @return this
   */
  public ScratchComparisonBuilder budgetCap(double factor) {
    this.cap = factor;
    return this;
  }

  /**
   * What is compared; the dense network is trained in any case.
   *
   * @param arms fine-tuning, scratch-E and scratch-B by default
   * @return this
   */
  public ScratchComparisonBuilder arms(Arm... arms) {
    this.arms = EnumSet.noneOf(Arm.class);
    this.arms.addAll(List.of(arms));
    return this;
  }

  /**
   * The initial weights of training from scratch.
   *
   * @param initialisation the model's own by default; SameDiff graphs need another to be cut
   * @return this
   */
  public ScratchComparisonBuilder initialisation(SparseAware initialisation) {
    this.initialisation = initialisation;
    return this;
  }

  /**
   * One batch, for the multiply-accumulates.
   *
   * @param example of which only the shapes of the features matter
   * @return this
   */
  public ScratchComparisonBuilder example(MultiDataSet example) {
    this.example = example;
    return this;
  }

  /**
   * The repetitions.
   *
   * @param seeds different ones; 1 to 5 by default
   * @return this
   */
  public ScratchComparisonBuilder seeds(List<Long> seeds) {
    this.seeds = List.copyOf(seeds);
    return this;
  }

  /**
   * How much worse than fine-tuning still counts as equal.
   *
   * @param tolerance in the score's unit, at least 0; 0.5 by default
   * @return this
   */
  public ScratchComparisonBuilder tolerance(double tolerance) {
    this.tolerance = tolerance;
    return this;
  }

  /**
   * Where finished trainings are noted; a comparison that was interrupted there goes on.
   *
   * @param directory of this comparison alone
   * @return this
   */
  public ScratchComparisonBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the comparison, not yet begun
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public ScratchComparison build() {
    required(recipe, "recipe((seed, epochs) -> ...)");
    required(trainer, "trainer(...)");
    required(evaluation, "evaluate(model -> ...)");
    required(pruning, "structured(...) or unstructured(...)");
    required(example, "example(...)");
    required(directory, "directory(...)");
    required(initialisation, "initialisation(...)");
    if (arms.contains(Arm.FINE_TUNE) || arms.contains(Arm.SCRATCH_TOTAL)) {
      required(fineTuning, "fineTune(epochs, recipe)");
    }
    check(
        structured || !arms.contains(Arm.UNIFORM),
        "Arm %s compares widths; it needs structured(...)",
        Arm.UNIFORM);
    budgets = new EpochBudgets(epochs, fineTuning == null ? 1 : fineTuneEpochs, cap);
    check(
        iterations >= 1 && examples >= 1,
        "An epoch has at least 1 step and 1 example, not %s and %s",
        iterations,
        examples);
    check(tolerance >= 0, "tolerance %s is negative or not a number; give at least 0", tolerance);
    check(
        !seeds.isEmpty() && Set.copyOf(seeds).size() == seeds.size(),
        "seeds %s are none, or one of them twice",
        seeds);
    check(
        !Files.exists(directory) || Files.isDirectory(directory),
        "directory %s is a file; give another",
        directory);
    arms.remove(Arm.DENSE);
    return new ScratchComparison(this);
  }

  private static void required(Object part, String word) {
    if (part == null) {
      throw new IllegalArgumentException("A comparison needs %s".formatted(word));
    }
  }

  /** All that a training depends on, but for the seeds and arms, which may grow. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("name", name);
    settings.put("epochs", String.valueOf(epochs));
    settings.put("iterations", String.valueOf(iterations));
    settings.put("examples", String.valueOf(examples));
    settings.put("fineTuneEpochs", String.valueOf(fineTuneEpochs));
    settings.put("budgetCap", String.valueOf(cap));
    settings.put("initialisation", String.valueOf(initialisation));
    return settings;
  }
}

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
package org.dl4jprune.search;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dl4jprune.allocation.Counts;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the removal of every set of units of given sizes and measures the loss of each: the oracle
 * that criteria approximate. For tiny networks, or over a random sample. Card {@code
 * oracle-pruning}; Feng et al. 2024, <a href="https://arxiv.org/abs/2412.00143">arXiv
 * 2412.00143</a>, section 3.
 *
 * <p>Time: a removal and an inference of all batches for each set. Memory: two models.
 */
public final class OraclePruning {
  /** More sets than these are only tried where a sample is asked for. */
  public static final int MOST_EXHAUSTIVE = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(OraclePruning.class);

  private final PrunableModel model;
  private final ChannelGroups groups;
  private final Set<String> layers = new LinkedHashSet<>();
  private List<MultiDataSet> batches = List.of();
  private double ratio = 0.5;
  private int sample;
  private int mostExhaustive = MOST_EXHAUSTIVE;
  private long seed;

  private OraclePruning(PrunableModel model) {
    this.model = model;
    this.groups = ChannelGroups.of(model.unwrap());
  }

  /**
   * One set of units that was tried.
   *
   * @param plan what goes
   * @param loss the mean loss of the smaller model at inference
   */
  public record Candidate(RemovalPlan plan, double loss) {}

  /**
   * All that were tried.
   *
   * @param candidates in the order in which they were tried
   * @param exhaustive whether there are no others
   */
  public record Result(List<Candidate> candidates, boolean exhaustive) {

    /**
     * Copies its argument.
     *
     * @param candidates in the order in which they were tried
     * @param exhaustive whether there are no others
     */
    public Result {
      candidates = List.copyOf(candidates);
    }

    /**
     * The place of the one with the least loss.
     *
     * @return the first of equal ones
     */
    public int oracle() {
      int best = 0;
      for (int i = 1; i < candidates.size(); i++) {
        if (candidates.get(i).loss() < candidates.get(best).loss()) {
          best = i;
        }
      }
      return best;
    }
  }

  /**
   * A search in a trained model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return a new search
   */
  public static OraclePruning of(Object model) {
    return new OraclePruning(PrunableModel.ofAny(model));
  }

  /**
   * The layers whose outputs are removed.
   *
   * @param names layer names
   * @return this
   */
  public OraclePruning layers(String... names) {
    layers.addAll(Arrays.asList(names));
    return this;
  }

  /**
   * The fraction of each layer's units that goes.
   *
   * @param ratio in (0, 1); 0.5 by default
   * @return this
   */
  public OraclePruning ratio(double ratio) {
    this.ratio = ratio;
    return this;
  }

  /**
   * What the loss is measured on, such as the whole training set.
   *
   * @param batches features and labels
   * @return this
   */
  public OraclePruning data(List<? extends MultiDataSet> batches) {
    this.batches = List.copyOf(batches);
    return this;
  }

  /**
   * Tries a random sample instead of all sets, if there are more: an approximate oracle.
   *
   * @param number at least 3
   * @param seed of the sample
   * @return this
   */
  public OraclePruning sample(int number, long seed) {
    this.sample = number;
    this.seed = seed;
    return this;
  }

  /**
   * Raises the number of sets up to which all are tried.
   *
   * @param sets {@value #MOST_EXHAUSTIVE} by default
   * @return this
   */
  public OraclePruning mostExhaustive(int sets) {
    this.mostExhaustive = sets;
    return this;
  }

  /**
   * Lists the sets without trying them.
   *
   * @return one plan for each set
   * @throws IllegalArgumentException if a layer does not exist or has no removable outputs, a layer
   *     would lose none or all of its units, or there are too many or fewer than 3 sets
   */
  public List<RemovalPlan> plans() {
    List<ChannelGroup> chosen = layers.stream().map(this::groupOf).distinct().toList();
    int[] units = chosen.stream().mapToInt(group -> group.units().size()).toArray();
    int[] taken = new int[units.length];
    for (int i = 0; i < units.length; i++) {
      taken[i] = (int) Counts.zeros(ratio, units[i]);
      if (taken[i] == 0 || taken[i] == units[i]) {
        throw new IllegalArgumentException(
            "A ratio of %s removes %d of the %d units of %s; choose one that removes some and keeps some"
                .formatted(ratio, taken[i], units[i], chosen.get(i).name()));
      }
    }
    Combinations combinations = new Combinations(units, taken);
    BigInteger count = combinations.count();
    boolean all = fits(count);
    if (!all && sample == 0) {
      throw new IllegalArgumentException(
          "There are %s sets, more than the %d that are tried one by one; ask for a sample(...)"
              .formatted(count, mostExhaustive));
    }
    if (units.length == 0 || (all ? count.intValueExact() : sample) < 3) {
      throw new IllegalArgumentException(
          "A search needs layers(...) and at least 3 sets, not %d layers and %s sets"
              .formatted(units.length, all ? count : sample));
    }
    List<List<List<Integer>>> ways = all ? combinations.all() : combinations.random(sample, seed);
    return ways.stream().map(way -> plan(chosen, way)).toList();
  }

  private boolean fits(BigInteger count) {
    int most = sample == 0 ? mostExhaustive : sample;
    return count.compareTo(BigInteger.valueOf(most)) <= 0;
  }

  private RemovalPlan plan(List<ChannelGroup> chosen, List<List<Integer>> way) {
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      List<Integer> units = chosen.get(i).units();
      way.get(i).forEach(place -> gone.add(units.get(place)));
    }
    return RemovalPlan.of(groups, gone);
  }

  private ChannelGroup groupOf(String layer) {
    return groups.groups().stream()
        .filter(group -> group.slots().stream().anyMatch(slot -> slot.isOutputOf(layer)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Layer %s does not exist or its outputs cannot be removed:%n%s"
                        .formatted(layer, groups.explain())));
  }

  /**
   * Tries all sets.
   *
   * @return the loss of each
   * @throws IllegalArgumentException as {@link #plans()}, or if there are no data
   */
  public Result run() {
    List<RemovalPlan> plans = plans();
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("A loss needs data(...)");
    }
    Surgeon surgeon = new Surgeon(groups);
    List<Candidate> candidates = new ArrayList<>();
    for (RemovalPlan plan : plans) {
      candidates.add(new Candidate(plan, loss(surgeon.cut(plan), batches)));
      if (candidates.size() % 100 == 0) {
        LOG.info("Tried {} of {} sets", candidates.size(), plans.size());
      }
    }
    boolean exhaustive = sample == 0 || plans.size() < sample;
    return new Result(candidates, exhaustive);
  }

  /**
   * Tries one set of units, which need not be among those that are searched.
   *
   * @param plan what goes
   * @return the set with its loss
   * @throws IllegalArgumentException if the plan does not fit the model
   */
  public Candidate attempt(RemovalPlan plan) {
    return new Candidate(plan, loss(new Surgeon(groups).cut(plan), batches));
  }

  /**
   * The mean loss over all examples.
   *
   * @param model the model
   * @param batches features and labels, weighted by their numbers of examples
   * @return the mean
   */
  public static double loss(PrunableModel model, List<? extends MultiDataSet> batches) {
    double sum = 0;
    long examples = 0;
    for (MultiDataSet batch : batches) {
      long size = batch.getFeatures(0).size(0);
      sum += size * model.loss(batch);
      examples += size;
    }
    return sum / examples;
  }

  /**
   * The view of the model that is searched.
   *
   * @return the view
   */
  public PrunableModel model() {
    return model;
  }
}

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.model.PrunableModel;
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
 * <pre>{@code
 * OracleResult tried = OraclePruning.of(network).layers("conv1").ratio(0.5).data(train).run();
 * Object smaller = new Surgeon(ChannelGroups.of(network)).cut(tried.best().plan()).unwrap();
 * }</pre>
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
  private final Map<String, Double> ratios = new HashMap<>();
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
   * The fraction of one layer's units that goes, in place of the common one.
   *
   * @param layer its name
   * @param ratio in (0, 1)
   * @return this
   */
  public OraclePruning ratio(String layer, double ratio) {
    layers.add(layer);
    ratios.put(layer, ratio);
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
    UnitSets sets = sets();
    BigInteger count = sets.combinations().count();
    boolean all = fits(count);
    if (!all && sample == 0) {
      throw new IllegalArgumentException(
          "There are %s sets, more than the %d that are tried one by one; ask for a sample(...)"
              .formatted(count, mostExhaustive));
    }
    if (layers.isEmpty() || (all ? count.intValueExact() : sample) < 3) {
      throw new IllegalArgumentException(
          "A search needs layers(...) and at least 3 sets, not %d layers and %s sets"
              .formatted(layers.size(), all ? count : sample));
    }
    if (all && sample > 0) {
      LOG.info("There are {} sets, no more than the sample of {}; all are tried", count, sample);
    }
    Combinations ways = sets.combinations();
    return (all ? ways.all() : ways.random(sample, seed)).stream().map(sets::plan).toList();
  }

  private UnitSets sets() {
    Map<String, Double> asked = new LinkedHashMap<>();
    layers.forEach(layer -> asked.put(layer, ratios.getOrDefault(layer, ratio)));
    return UnitSets.of(groups, asked);
  }

  private boolean fits(BigInteger count) {
    int most = sample == 0 ? mostExhaustive : sample;
    return count.compareTo(BigInteger.valueOf(most)) <= 0;
  }

  /**
   * Tries all sets.
   *
   * @return the loss of each
   * @throws IllegalArgumentException as {@link #plans()}, or if there are no data
   */
  public OracleResult run() {
    List<RemovalPlan> plans = plans();
    List<Candidate> candidates = new ArrayList<>();
    for (RemovalPlan plan : plans) {
      candidates.add(attempt(plan));
      if (candidates.size() % 100 == 0) {
        LOG.info("Tried {} of {} sets", candidates.size(), plans.size());
      }
    }
    return new OracleResult(candidates, fits(sets().combinations().count()));
  }

  /**
   * Tries one set of units, which need not be among those that are searched.
   *
   * @param plan what goes
   * @return the set with its loss
   * @throws IllegalArgumentException if the plan does not fit the model, or there are no data
   */
  public Candidate attempt(RemovalPlan plan) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("A loss needs data(...), such as the training set");
    }
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
   * What the loss is measured on.
   *
   * @return the batches; empty if none were given
   */
  public List<MultiDataSet> batches() {
    return batches;
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

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
package org.dl4jprune.listeners;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.Unstructured;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.schedule.Cosine;
import org.dl4jprune.schedule.Schedule;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns masks and weights in turns, from a dense model to the asked sparsity in one run: a step of
 * the weights on one batch, a step of the scores along the implicit gradient on the next. Card
 * {@code bip}; Zhang et al., NeurIPS 2022, <a href="https://arxiv.org/abs/2210.04092">arXiv
 * 2210.04092</a>, equations 5 to 8.
 *
 * <p>It takes the steps itself, by stochastic gradient descent with momentum, whatever updater the
 * model is configured with: pruned weights are trained no more, but stay what they were, as
 * candidates to return. Time: two gradients and a selection for each step. Memory: 5 vectors of the
 * pruned weights, and two momenta.
 *
 * <pre>{@code
 * Pruned pruned = BiP.builder().sparsity(0.95).epochs(4).build().prune(network, iterator);
 * }</pre>
 */
public final class BiP {
  private static final Logger LOG = LoggerFactory.getLogger(BiP.class);

  private final Builder settings;

  private BiP(Builder settings) {
    this.settings = settings;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder {
    private Selector selector = Selector.weights();
    private Allocation allocation = new Global(Floor.count(1));
    private Pattern pattern = new Unstructured();
    private double sparsity = Double.NaN;
    private int epochs = 1;
    private int lowerSteps = 1;
    private double implicit = 1e-4;
    private Schedule weightRate = new Cosine(0, 1, 0.1, 0);
    private Schedule scoreRate = new Cosine(0, 1, 0.1, 0);
    private double momentum = 0.9;
    private double weightDecay;

    private Builder() {}

    /**
     * Which parameters are pruned.
     *
     * @param selector all weights by default
     * @return this
     */
    public Builder selector(Selector selector) {
      this.selector = Objects.requireNonNull(selector);
      return this;
    }

    /**
     * How much goes where.
     *
     * @param allocation one ranking of all weights by default, each layer keeping at least one
     * @return this
     */
    public Builder allocation(Allocation allocation) {
      this.allocation = Objects.requireNonNull(allocation);
      return this;
    }

    /**
     * In which shape.
     *
     * @param pattern unstructured by default
     * @return this
     */
    public Builder pattern(Pattern pattern) {
      this.pattern = Objects.requireNonNull(pattern);
      return this;
    }

    /**
     * The fraction of zeros, from the first step on.
     *
     * @param sparsity in [0, 1); required
     * @return this
     */
    public Builder sparsity(double sparsity) {
      this.sparsity = sparsity;
      return this;
    }

    /**
     * How often the data are passed; each batch serves a step of the weights and one of the scores.
     *
     * @param epochs at least 1; 1 by default
     * @return this
     */
    public Builder epochs(int epochs) {
      this.epochs = epochs;
      return this;
    }

    /**
     * Steps of the weights for each step of the scores, all on the same batch.
     *
     * @param steps at least 1; 1 by default
     * @return this
     */
    public Builder lowerSteps(int steps) {
      this.lowerSteps = steps;
      return this;
    }

    /**
     * How much the weights' answer to a change of the masks counts: λ = 1/γ of the paper.
     *
     * @param lambda at least 0; 1e-4 by default; 0 leaves the straight-through gradient
     * @return this
     */
    public Builder implicit(double lambda) {
      this.implicit = lambda;
      return this;
    }

    /**
     * The learning rate of the weights.
     *
     * @param rate over the fraction of the run in [0, 1]; a cosine from 0.1 to 0 by default
     * @return this
     */
    public Builder weightRate(Schedule rate) {
      this.weightRate = Objects.requireNonNull(rate);
      return this;
    }

    /**
     * The learning rate of the scores.
     *
     * @param rate over the fraction of the run in [0, 1]; a cosine from 0.1 to 0 by default
     * @return this
     */
    public Builder scoreRate(Schedule rate) {
      this.scoreRate = Objects.requireNonNull(rate);
      return this;
    }

    /**
     * The momentum of weights and scores.
     *
     * @param momentum in [0, 1); 0.9 by default
     * @return this
     */
    public Builder momentum(double momentum) {
      this.momentum = momentum;
      return this;
    }

    /**
     * The decay of the pruned layers' weights, dead ones included; biases do not decay.
     *
     * @param decay at least 0; 0 by default
     * @return this
     */
    public Builder weightDecay(double decay) {
      this.weightDecay = decay;
      return this;
    }

    /**
     * Checks the settings.
     *
     * @return the method
     * @throws IllegalArgumentException if one of them is out of range
     */
    public BiP build() {
      if (!(sparsity >= 0 && sparsity < 1)) {
        throw new IllegalArgumentException(
            "Sparsity %s lies outside [0, 1); give sparsity(...), the fraction of zeros"
                .formatted(sparsity));
      }
      if (epochs < 1 || lowerSteps < 1) {
        throw new IllegalArgumentException(
            "At least 1 epoch and 1 step of the weights are needed, not %d and %d"
                .formatted(epochs, lowerSteps));
      }
      if (!(implicit >= 0 && weightDecay >= 0 && momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException(
            "The implicit term and the decay are at least 0 and the momentum lies in [0, 1), not %s, %s and %s"
                .formatted(implicit, weightDecay, momentum));
      }
      if (!(weightRate.at(0) > 0 && scoreRate.at(0) >= 0)) {
        throw new IllegalArgumentException(
            "The rate of the weights must begin above 0 and that of the scores at 0 or above, not %s and %s"
                .formatted(weightRate.at(0), scoreRate.at(0)));
      }
      return new BiP(this);
    }
  }

  /**
   * Prunes and trains a copy of a trained model with one input and one output.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff} with a
   *     training configuration
   * @param data the training data; at least one batch
   * @return the copy with exact zeros, its masks and a report
   * @throws IllegalArgumentException as below
   * @throws IllegalStateException as below
   */
  public Pruned prune(Object model, DataSetIterator data) {
    return prune(model, new MultiDataSetIteratorAdapter(data));
  }

  /**
   * Prunes and trains a copy of a trained model.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff} with a
   *     training configuration
   * @param data the training data; at least one batch
   * @return the copy with exact zeros, its masks and a report
   * @throws IllegalArgumentException if nothing can be pruned, there are no data, or allocation or
   *     pattern do not fit
   * @throws IllegalStateException if a gradient is not finite; the model itself is unharmed
   */
  public Pruned prune(Object model, MultiDataSetIterator data) {
    PrunableModel copy = PrunableModel.ofAny(model).copy();
    Layout layout = new Layout(settings.selector.select(copy));
    MaskMaker maker = new MaskMaker(layout, settings.pattern);
    long batches = count(data);
    double all = (double) batches * settings.epochs;
    List<PruningReport.Update> trace = new ArrayList<>();
    try (BiLevelState state = new BiLevelState(copy, layout, settings.momentum)) {
      MaskMaker.Choice choice = maker.make(state.ranking(), settings.allocation, settings.sparsity);
      state.mask(choice.mask());
      long step = 0;
      long start = System.nanoTime();
      for (int epoch = 0; epoch < settings.epochs; epoch++) {
        Iterator<MultiDataSet> pairs = inPairs(data);
        MultiDataSet current = pairs.next();
        while (pairs.hasNext()) {
          MultiDataSet next = pairs.next();
          double progress = step / all;
          for (int i = 0; i < settings.lowerSteps; i++) {
            state.weightStep(current, settings.weightRate.at(progress), settings.weightDecay);
          }
          state.scoreStep(next, settings.scoreRate.at(progress), settings.implicit);
          choice = maker.make(state.ranking(), settings.allocation, settings.sparsity);
          state.mask(choice.mask());
          current = next;
          step++;
        }
        LOG.info(
            "Bi-level pruning: epoch {} of {}, about {} s left",
            epoch + 1,
            settings.epochs,
            Math.round((System.nanoTime() - start) / 1e9 * (all - step) / step));
      }
      Masks masks = Masks.dense(copy, layout);
      masks.scatter(state.mask());
      masks.applyToValues();
      masks.applyToUpdaterState();
      long zeros = layout.length() - java.util.stream.LongStream.of(masks.kept()).sum();
      trace.add(new PruningReport.Update(step, settings.sparsity, zeros, 0));
      return new Pruned(
          copy, masks, PruningReport.of("BiP", settings.sparsity, masks, choice.asked(), trace));
    }
  }

  private static long count(MultiDataSetIterator data) {
    long count = 0;
    for (data.reset(); data.hasNext(); data.next()) {
      count++;
    }
    if (count == 0) {
      throw new IllegalArgumentException("There is no batch to train on");
    }
    return count;
  }

  /** All batches and the first once more, so that the last has a successor too. */
  private static Iterator<MultiDataSet> inPairs(MultiDataSetIterator data) {
    data.reset();
    MultiDataSet first = data.next();
    return new Iterator<>() {
      private int ends;
      private boolean begun;

      @Override
      public boolean hasNext() {
        return ends == 0;
      }

      @Override
      public MultiDataSet next() {
        if (!begun) {
          begun = true;
          return first;
        }
        if (data.hasNext()) {
          return data.next();
        }
        ends++;
        return first;
      }
    };
  }
}

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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.LongStream;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.method.MaskMaker;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.pattern.Axis;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
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
 * <p>Where less than one percent is kept, the authors advise some epochs more with the masks held
 * fixed, by {@link PruningListener#keeping}.
 *
 * <p>With a directory it keeps the state of each epoch in a file and goes on there after an
 * interruption, to the same bits; the batches of the epochs before are drawn and dropped, so an
 * iterator may shuffle.
 *
 * <pre>{@code
 * Pruned pruned = BiP.builder().sparsity(0.95).epochs(4).build().prune(network, iterator);
 * }</pre>
 */
public final class BiP {
  private static final Logger LOG = LoggerFactory.getLogger(BiP.class);

  private final BiPBuilder settings;

  BiP(BiPBuilder settings) {
    this.settings = settings;
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static BiPBuilder builder() {
    return new BiPBuilder();
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
   * @throws IllegalArgumentException if nothing can be pruned, there are no data, allocation or
   *     pattern do not fit, or the directory holds another run
   * @throws IllegalStateException if a gradient is not finite; the model itself is unharmed, and a
   *     directory keeps the epoch before
   */
  public Pruned prune(Object model, MultiDataSetIterator data) {
    return run(model, data, null);
  }

  /**
   * Prunes and trains a copy of a trained model, with the scores on data of their own, such as a
   * part that is held out.
   *
   * @param model as above
   * @param data what the weights are trained on; at least one batch
   * @param scoring what the scores are trained on; at least one batch, begun anew in each epoch and
   *     whenever it ends
   * @return as above
   * @throws IllegalArgumentException as above
   * @throws IllegalStateException as above
   */
  public Pruned prune(Object model, MultiDataSetIterator data, MultiDataSetIterator scoring) {
    count(scoring);
    return run(model, data, scoring);
  }

  private Pruned run(Object model, MultiDataSetIterator data, MultiDataSetIterator scoring) {
    PrunableModel copy = PrunableModel.ofAny(model).copy();
    Layout layout = new Layout(select(copy));
    MaskMaker maker = new MaskMaker(layout, settings.pattern);
    long batches = count(data);
    double all = (double) batches * settings.epochs;
    try (BiLevelState state =
        new BiLevelState(copy, layout, settings.momentum, settings.ranksSquares())) {
      BiLevelFiles files = BiLevelFiles.in(settings, batches);
      int finished = files.restore(state);
      for (int epoch = 0; epoch < finished; epoch++) {
        new BiLevelPairs(data, scoring).forEachRemaining(pair -> {});
      }
      MaskMaker.Choice choice = maker.make(state.ranking(), settings.allocation, settings.sparsity);
      state.mask(choice.mask());
      long start = System.nanoTime();
      for (int epoch = finished; epoch < settings.epochs; epoch++) {
        choice = epoch(epoch * batches, all, state, maker, new BiLevelPairs(data, scoring));
        files.finish(state, epoch + 1);
        LOG.info(
            "Bi-level pruning: epoch {} of {}, about {} s left",
            epoch + 1,
            settings.epochs,
            Math.round(
                (System.nanoTime() - start)
                    / 1e9
                    * (settings.epochs - epoch - 1)
                    / (epoch + 1 - finished)));
      }
      Masks masks = Masks.dense(copy, layout);
      masks.scatter(state.mask());
      masks.applyToValues();
      masks.applyToUpdaterState();
      long[] kept = masks.kept();
      for (int i = 0; i < kept.length; i++) {
        if (kept[i] <= 1 && layout.parameters().get(i).length() > 1) {
          LOG.warn(
              "Bi-level pruning leaves {} weight of {}, which would be empty without a floor; ask for less or give a larger floor",
              kept[i],
              layout.parameters().get(i).name());
        }
      }
      long zeros = layout.length() - LongStream.of(kept).sum();
      List<PruningReport.Update> trace =
          List.of(new PruningReport.Update((long) all, settings.sparsity, zeros, 0));
      return new Pruned(
          copy, masks, PruningReport.of("BiP", settings.sparsity, masks, choice.asked(), trace));
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(settings.directory), e);
    }
  }

  /** The pruned parameters: those selected, but for filters and channels that are the model's. */
  private List<Parameter> select(PrunableModel model) {
    List<Parameter> selected = settings.selector.select(model);
    if (settings.units == null) {
      return selected;
    }
    ChannelGroups groups = ChannelGroups.of(model.unwrap());
    List<Parameter> inner = selected.stream().filter(p -> isInner(groups, p)).toList();
    if (inner.isEmpty()) {
      throw new IllegalArgumentException(
          "No selected weight has %s of its own; see ChannelGroups.explain()"
              .formatted(settings.units == Axis.OUTPUT ? "filters" : "channels"));
    }
    return inner;
  }

  private boolean isInner(ChannelGroups groups, Parameter parameter) {
    for (int axis = 0; axis < parameter.rank(); axis++) {
      boolean along =
          settings.units == Axis.OUTPUT
              ? parameter.isOutputAxis(axis)
              : parameter.isInputAxis(axis);
      if (along && groups.unitsAlong(parameter.name(), axis).stream().anyMatch(u -> u >= 0)) {
        return true;
      }
    }
    return false;
  }

  private MaskMaker.Choice epoch(
      long before, double all, BiLevelState state, MaskMaker maker, BiLevelPairs pairs) {
    MaskMaker.Choice choice = null;
    for (long step = before; pairs.hasNext(); step++) {
      BiLevelPairs.Pair pair = pairs.next();
      double progress = step / all;
      try {
        for (int i = 0; i < settings.lowerSteps; i++) {
          state.weightStep(
              pair.ofWeights(), settings.weightRate.at(progress), settings.weightDecay);
        }
        state.scoreStep(pair.ofScores(), settings.scoreRate.at(progress), settings.implicit);
      } catch (IllegalStateException e) {
        throw new IllegalStateException(
            "Bi-level pruning stops in step %d of %.0f: %s"
                .formatted(step + 1, all, e.getMessage()),
            e);
      }
      choice = maker.make(state.ranking(), settings.allocation, settings.sparsity);
      state.mask(choice.mask());
    }
    return choice;
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
}

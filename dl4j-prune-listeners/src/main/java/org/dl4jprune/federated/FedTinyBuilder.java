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
package org.dl4jprune.federated;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Selector;
import org.dl4jprune.schedule.BlockOrder;

/** Collects the settings of a {@link FedTiny}; all checks are in {@link #build()}. */
public final class FedTinyBuilder {
  double density = Double.NaN;
  int candidates = 10;
  boolean pooled;
  PackedMasks mask;
  int localEpochs = 5;
  int rounds = 300;
  int every = 10;
  int last = 100;
  Integer perRound;
  BlockOrder order = BlockOrder.BACKWARD;
  Granularity granularity = Granularity.LAYER;
  List<List<String>> blocks = List.of();
  boolean keepState;
  Selector selector = Selector.weights();
  ToDoubleFunction<Object> evaluation;
  Path directory;
  long seed;

  FedTinyBuilder() {}

  /**
   * The fraction of the pruned parameters' weights that is kept.
   *
   * @param density in (0, 1]; required unless a {@link #mask} is given
   * @return this
   */
  public FedTinyBuilder density(double density) {
    this.density = density;
    return this;
  }

  /**
   * How many masks devices choose from; each costs them two forward passes over their data and two
   * messages.
   *
   * @param candidates at least 1, which has the same density in each layer; 10 by default
   * @return this
   */
  public FedTinyBuilder candidates(int candidates) {
    this.candidates = candidates;
    return this;
  }

  /**
   * Whether the variances of batch normalisations are those of all devices' data together; the
   * paper averages them.
   *
   * @param pooled false by default
   * @return this
   */
  public FedTinyBuilder pooled(boolean pooled) {
    this.pooled = pooled;
    return this;
  }

  /**
   * Begins with a mask instead of letting devices choose one. Running statistics are then those of
   * the given model until the first round has ended.
   *
   * @param mask of exactly the pruned parameters
   * @return this
   */
  public FedTinyBuilder mask(PackedMasks mask) {
    this.mask = mask;
    return this;
  }

  /**
   * How long a device trains in a round.
   *
   * @param epochs passes over its data, at least 1; 5 by default
   * @return this
   */
  public FedTinyBuilder localEpochs(int epochs) {
    this.localEpochs = epochs;
    return this;
  }

  /**
   * How often the server averages.
   *
   * @param rounds at least 1; 300 by default
   * @return this
   */
  public FedTinyBuilder rounds(int rounds) {
    this.rounds = rounds;
    return this;
  }

  /**
   * How often masks change.
   *
   * @param rounds between two changes, at least 1; 10 by default
   * @return this
   */
  public FedTinyBuilder adjustEvery(int rounds) {
    this.every = rounds;
    return this;
  }

  /**
   * Until when masks change. The exchanged fraction falls from 0.3 to 0 there.
   *
   * @param round the round from which masks stay, at most the number of rounds; 0 for masks that
   *     never change; 100 by default
   * @return this
   */
  public FedTinyBuilder stopAdjusting(int round) {
    this.last = round;
    return this;
  }

  /**
   * How many devices take part in a round, drawn by the seed.
   *
   * @param clients at least 1; without this word all
   * @return this
   */
  public FedTinyBuilder clientsPerRound(int clients) {
    this.perRound = clients;
    return this;
  }

  /**
   * In which order blocks change their masks.
   *
   * @param order from the output to the input by default
   * @return this
   */
  public FedTinyBuilder order(BlockOrder order) {
    this.order = order;
    return this;
  }

  /**
   * Which layers change their masks together.
   *
   * @param granularity {@code LAYER} by default; for {@code BLOCK} use {@link #blocks}
   * @return this
   */
  public FedTinyBuilder granularity(Granularity granularity) {
    this.granularity = granularity;
    return this;
  }

  /**
   * Groups layers into blocks that change their masks together, such as the stages of a residual
   * network. What a block is cannot be told from a general network, so it is said here.
   *
   * @param globs for each block, from the input to the output, globs of parameter names, layer
   *     names or layer types; each pruned parameter is in one block
   * @return this
   */
  public FedTinyBuilder blocks(List<List<String>> globs) {
    this.granularity = Granularity.BLOCK;
    this.blocks = globs.stream().map(List::copyOf).toList();
    return this;
  }

  /**
   * Whether devices keep their updater's state from round to round; federated averaging begins
   * anew. A device that missed a change of the mask begins anew too.
   *
   * @param keep false by default
   * @return this
   */
  public FedTinyBuilder keepClientState(boolean keep) {
    this.keepState = keep;
    return this;
  }

  /**
   * Which parameters are pruned.
   *
   * @param selector all weights by default; the paper leaves the first and the last layer dense
   * @return this
   */
  public FedTinyBuilder selector(Selector selector) {
    this.selector = selector;
    return this;
  }

  /**
   * What is measured of the averaged model after each round.
   *
   * @param evaluation a score of the model
   * @return this
   */
  public FedTinyBuilder evaluate(ToDoubleFunction<Object> evaluation) {
    this.evaluation = evaluation;
    return this;
  }

  /**
   * Where finished rounds are kept; a training that was killed goes on from the last one. Its
   * numbers are those of one that ran through if the clients' data are {@link OrderedData}, as
   * those of {@link DirichletPartition} are, but for masks being sent once more.
   *
   * @param directory of this training alone
   * @return this
   */
  public FedTinyBuilder directory(Path directory) {
    this.directory = directory;
    return this;
  }

  /**
   * What the candidates, the drawn devices and dropout follow from.
   *
   * @param seed 0 by default
   * @return this
   */
  public FedTinyBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Checks everything.
   *
   * @return the training, not yet begun
   * @throws IllegalArgumentException if something is missing or out of range
   */
  public FedTiny build() {
    FedTinyChecks.settings(this);
    return new FedTiny(this);
  }
}

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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * FedTiny: sparse training on devices that keep their data. Devices choose the starting mask among
 * candidates by their losses; then they train it, the server averages, and now and then a few
 * weights of one layer are exchanged for those with the largest averaged gradients. Card {@code
 * fedtiny}; Huang et al., ICDCS 2023, <a href="https://arxiv.org/abs/2212.01977">arXiv
 * 2212.01977</a>.
 *
 * <pre>{@code
 * FedTiny fed = FedTiny.builder().density(0.05).localEpochs(5).rounds(60)
 *     .adjustEvery(3).stopAdjusting(45).build();
 * FederatedResult result = fed.train(model, DirichletPartition.of(train, 10, 0.5, seed));
 * result.report().print();
 * }</pre>
 *
 * <p>The density stays exact for each parameter. The lists of indices that devices send reveal
 * something about their data, as gradients do; nothing here is encrypted or made private.
 */
public final class FedTiny {
  private final FedTinyBuilder set;

  FedTiny(FedTinyBuilder settings) {
    this.set = settings;
  }

  /**
   * Begins a configuration.
   *
   * @return a builder with the card's defaults
   */
  public static FedTinyBuilder builder() {
    return new FedTinyBuilder();
  }

  /**
   * What devices of this training have to know, for a way of one's own of running them.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return plain values
   */
  public DeviceSettings settings(Object model) {
    List<Parameter> pruned = set.selector.select(PrunableModel.ofAny(model));
    return new DeviceSettings(
        pruned.stream().map(Parameter::name).toList(), set.localEpochs, set.keepState, set.seed);
  }

  /**
   * Trains in this process.
   *
   * @param model where to begin, pre-trained or as it was initialised; stays as it is
   * @param clients the data of each device; iterators that can be reset
   * @return a trained copy and what happened
   * @throws IllegalArgumentException if something does not fit the model, or a client has no data
   * @throws IllegalStateException if all clients of a round returned NaN
   */
  public FederatedResult train(Object model, List<? extends DataSetIterator> clients) {
    return train(
        model, new FederatedSimulation(PrunableModel.ofAny(model), settings(model), clients));
  }

  /**
   * Trains on devices that run elsewhere.
   *
   * @param model where to begin; stays as it is
   * @param clients devices with the {@link #settings} of this training
   * @return a trained copy and what happened
   * @throws IllegalArgumentException if something does not fit the model
   * @throws IllegalStateException if all clients of a round are lost or returned NaN
   */
  public FederatedResult train(Object model, Clients clients) {
    FedTinyChecks.clients(set, clients);
    DeviceSettings settings = settings(model);
    SparseModel global = new SparseModel(PrunableModel.ofAny(model).copy(), settings.pruned());
    List<Parameter> pruned = global.layout().parameters();
    Finite.check("weights", pruned, global.model()::values);
    List<List<Integer>> blocks = LayerBlocks.of(pruned, set.granularity, set.blocks);
    TrafficMeter meter = new TrafficMeter(clients);
    FederatedServer server = new FederatedServer(global, meter);
    Progress progress = new Progress(set, clients.examples());
    try {
      if (!progress.resume(server)) {
        progress.finish(server, start(server, meter));
      }
      MaskAdjustment adjustment =
          new MaskAdjustment(
              pruned, server.mask(), blocks, set.order, set.every, set.last, set.localEpochs);
      for (int round = progress.next(); round <= set.rounds; round++) {
        progress.finish(server, round(round, server, adjustment, meter));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The files in %s failed".formatted(set.directory), e);
    }
    return result(server, progress.rounds());
  }

  /** Step A, or the mask that was given. */
  private FederatedRound start(FederatedServer server, TrafficMeter meter) {
    List<Double> losses = List.of();
    if (set.mask == null) {
      double sparsity = BigDecimal.ONE.subtract(BigDecimal.valueOf(set.density)).doubleValue();
      CandidateSelection.Choice choice =
          new CandidateSelection(server.global(), meter, sparsity, set.candidates, set.seed)
              .choose(set.pooled);
      server.setMask(choice.mask());
      if (choice.moments() != null) {
        choice.moments().setOn(server.global().model());
      }
      losses = Arrays.stream(choice.losses()).boxed().toList();
    } else {
      FedTinyChecks.mask(set.mask, server.global().layout());
      server.setMask(set.mask);
    }
    int[] all = losses.isEmpty() ? new int[0] : sampled(0, meter.examples().length);
    return new FederatedRound(
        0,
        boxed(all),
        List.of(),
        score(server),
        meter.takeDown(),
        meter.takeUp(),
        !losses.isEmpty(),
        Map.of(),
        losses);
  }

  private FederatedRound round(
      int round, FederatedServer server, MaskAdjustment adjustment, TrafficMeter meter) {
    int[] sampled = sampled(round, meter.examples().length);
    List<Request.Wanted> wanted = adjustment.wanted(round);
    FederatedServer.Answers answers = server.round(round, sampled, wanted);
    Map<String, Integer> changes = new LinkedHashMap<>();
    if (!wanted.isEmpty()) {
      adjustment.adjust(server, wanted, answers, changes);
    }
    return new FederatedRound(
        round,
        boxed(sampled),
        answers.dropped(),
        score(server),
        meter.takeDown(),
        meter.takeUp(),
        answers.maskSent(),
        changes,
        List.of());
  }

  private double score(FederatedServer server) {
    return set.evaluation == null
        ? Double.NaN
        : set.evaluation.applyAsDouble(server.global().model().unwrap());
  }

  /** All devices, or as many of them as take part, drawn anew for each round. */
  private int[] sampled(int round, int devices) {
    int[] order = IntStream.range(0, devices).toArray();
    if (round == 0 || set.perRound == null) {
      return order;
    }
    SplittableRandom random = new SplittableRandom(set.seed * 0x9E3779B97F4A7C15L + round);
    for (int i = 0; i < set.perRound; i++) {
      int other = random.nextInt(i, devices);
      int drawn = order[other];
      order[other] = order[i];
      order[i] = drawn;
    }
    return Arrays.stream(order, 0, set.perRound).sorted().toArray();
  }

  private static List<Integer> boxed(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  private static FederatedResult result(FederatedServer server, List<FederatedRound> rounds) {
    PackedMasks mask = server.mask();
    Map<String, Long> kept = new LinkedHashMap<>();
    mask.words()
        .forEach((name, words) -> kept.put(name, LongStream.of(words).map(Long::bitCount).sum()));
    PrunableModel model = server.global().model();
    return new FederatedResult(
        model.unwrap(), mask, new FederatedReport(kept, rounds, BatchNormStatistics.has(model)));
  }
}

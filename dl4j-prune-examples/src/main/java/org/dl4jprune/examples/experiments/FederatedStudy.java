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
package org.dl4jprune.examples.experiments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.report.FederatedPage;
import org.dl4jprune.federated.DirichletPartition;
import org.dl4jprune.federated.FedTiny;
import org.dl4jprune.federated.FedTinyBuilder;
import org.dl4jprune.federated.FederatedReport;
import org.dl4jprune.federated.FederatedRound;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.learning.config.Sgd;

/** Checks 3 and 4 of the card fedtiny: devices with different data against masks of other kinds. */
final class FederatedStudy implements Study {
  private static final double DENSITY = 0.02;
  private static final double ALPHA = 0.5;
  private static final int BATCH = 64;
  private static final double KILO = 1e3;
  private static final double MEGA = 1e6;

  private final FashionMnist data;
  private final int clients;
  private final int rounds;
  private final int every;
  private final int last;
  private final Path files;

  FederatedStudy(FashionMnist data, Path files) {
    this(data, 10, 30, 2, 20, files);
  }

  FederatedStudy(FashionMnist data, int clients, int rounds, int every, int last, Path files) {
    this.data = data;
    this.files = files;
    this.clients = clients;
    this.rounds = rounds;
    this.every = every;
    this.last = last;
  }

  @Override
  public String name() {
    return "fedtiny";
  }

  @Override
  public String title() {
    return "Sparse training on devices (FedTiny) against masks of other kinds";
  }

  @Override
  public String setting() {
    return ("784-300-100-10 with batch normalisation, %,d training images in %d clients by"
            + " Dirichlet(%s), density %s of all weights, 1 local epoch of batch %d and rate 0.1, %d"
            + " rounds, masks change every %d rounds until round %d, 10 candidates. Accuracy on %,d"
            + " test images in percent; bytes of all clients together, counted from the messages;"
            + " \"a round\": the last one, both ways.")
        .formatted(
            data.trainCount(),
            clients,
            ALPHA,
            DENSITY,
            BATCH,
            rounds,
            every,
            last,
            data.testCount());
  }

  @Override
  public List<Case> cases(List<Long> seeds) {
    List<Case> cases = new ArrayList<>();
    for (long seed : seeds) {
      cases.add(new Case("FedTiny", seed, () -> pictured(seed)));
      cases.add(new Case("choice of the mask alone", seed, () -> run(seed, chosen())));
      cases.add(
          new Case(
              "exchange alone, from magnitude",
              seed,
              () -> run(seed, given(magnitude(seed)).stopAdjusting(last))));
      cases.add(new Case("magnitude, fixed", seed, () -> run(seed, given(magnitude(seed)))));
      cases.add(new Case("random ERK, fixed", seed, () -> run(seed, given(random(seed)))));
      cases.add(
          new Case("dense averaging", seed, () -> run(seed, common().density(1).candidates(1))));
    }
    return cases;
  }

  /** FedTiny itself, with a page of its rounds. */
  private Map<String, Double> pictured(long seed) {
    FederatedReport report = train(seed, chosen().stopAdjusting(last));
    try {
      Files.createDirectories(files);
      AtomicFile.text(
          files.resolve("fedtiny-seed%d.html".formatted(seed)),
          FederatedPage.of("FedTiny, %d clients, seed %d".formatted(clients, seed), report));
    } catch (IOException e) {
      throw new UncheckedIOException("The page in %s cannot be written".formatted(files), e);
    }
    return row(report);
  }

  private FedTinyBuilder common() {
    return FedTiny.builder().localEpochs(1).rounds(rounds).adjustEvery(every).stopAdjusting(0);
  }

  private FedTinyBuilder chosen() {
    return common().density(DENSITY).candidates(10);
  }

  private FedTinyBuilder given(PackedMasks mask) {
    return common().mask(mask);
  }

  private static PackedMasks magnitude(long seed) {
    return mask(seed, new Magnitude(), new Uniform(Floor.count(1)));
  }

  private static PackedMasks random(long seed) {
    return mask(seed, new Random(), new ErdosRenyi(true));
  }

  private static PackedMasks mask(long seed, Criterion criterion, Allocation allocation) {
    Pruned pruned =
        Pruner.of(network(seed))
            .criterion(criterion)
            .allocation(allocation)
            .sparsity(1 - DENSITY)
            .seed(seed)
            .prune();
    PackedMasks mask = PackedMasks.of(pruned.masks());
    pruned.masks().close();
    return mask;
  }

  private Map<String, Double> run(long seed, FedTinyBuilder builder) {
    return row(train(seed, builder));
  }

  private FederatedReport train(long seed, FedTinyBuilder builder) {
    return builder
        .seed(seed)
        .evaluate(model -> accuracy((MultiLayerNetwork) model))
        .build()
        .train(network(seed), DirichletPartition.of(data.train(BATCH, seed), clients, ALPHA, seed))
        .report();
  }

  private Map<String, Double> row(FederatedReport report) {
    List<FederatedRound> all = report.rounds();
    FederatedRound end = all.get(all.size() - 1);
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("accuracy", report.score());
    row.put("after %d".formatted((rounds + 2) / 3), all.get((rounds + 2) / 3).score());
    row.put("MB down", report.bytesDown() / MEGA);
    row.put("MB up", report.bytesUp() / MEGA);
    row.put("kB a round", (end.bytesDown() + end.bytesUp()) / KILO);
    row.put("exchanged", (double) report.changes().values().stream().mapToInt(i -> i).sum());
    row.put("candidate", (double) report.chosen());
    return row;
  }

  private double accuracy(MultiLayerNetwork network) {
    return 100 * network.evaluate(data.test(1000)).accuracy();
  }

  private static MultiLayerNetwork network(long seed) {
    return Networks.normalisedMlp(seed, new Sgd(0.1));
  }
}

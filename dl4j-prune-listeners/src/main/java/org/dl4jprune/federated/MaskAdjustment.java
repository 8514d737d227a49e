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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.ExactSwap;
import org.dl4jprune.method.SparseGradient;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.schedule.BlockOrder;
import org.dl4jprune.schedule.Cosine;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Progressive pruning on the server: one block at a time exchanges its smallest weights for those
 * whose averaged gradients are largest. Card {@code fedtiny}, step B2; arXiv 2212.01977.
 */
final class MaskAdjustment {
  private static final double FIRST_FRACTION = 0.3;

  private final List<Parameter> pruned;
  private final long[] kept;
  private final List<List<Integer>> blocks = new ArrayList<>();
  private final int every;
  private final int last;
  private final int localEpochs;
  private final BlockOrder order;

  /**
   * For masks that keep as many weights from now on.
   *
   * @param last the last round in which masks may change; 0 for never
   */
  MaskAdjustment(
      List<Parameter> pruned,
      PackedMasks mask,
      List<List<Integer>> blocks,
      BlockOrder order,
      int every,
      int last,
      int localEpochs) {
    this.pruned = pruned;
    this.kept = kept(pruned, mask);
    this.order = order;
    this.every = every;
    this.last = last;
    this.localEpochs = localEpochs;
    for (List<Integer> block : blocks) {
      List<Integer> sparse = block.stream().filter(i -> kept[i] < pruned.get(i).length()).toList();
      if (!sparse.isEmpty()) {
        this.blocks.add(sparse);
      }
    }
  }

  private static long[] kept(List<Parameter> pruned, PackedMasks mask) {
    Map<String, long[]> words = mask.words();
    return pruned.stream()
        .mapToLong(p -> LongStream.of(words.get(p.name())).map(Long::bitCount).sum())
        .toArray();
  }

  /** What devices are asked for in a round; nothing where no mask changes. */
  List<Request.Wanted> wanted(int round) {
    if (round > last || round % every != 0 || blocks.isEmpty()) {
      return List.of();
    }
    return blocks.get(order.block(round / every - 1L, blocks.size())).stream()
        .map(i -> new Request.Wanted(i, exchanged(round, i)))
        .filter(wanted -> wanted.most() > 0)
        .toList();
  }

  private long exchanged(int round, int parameter) {
    long share = exchanged((long) round * localEpochs, (long) last * localEpochs, kept[parameter]);
    return Math.min(share, pruned.get(parameter).length() - kept[parameter]);
  }

  /** ⌊0.15·(1 + cos(π·time/end))·kept⌋. */
  static long exchanged(long time, long end, long kept) {
    return (long) Math.floor(new Cosine(0, end, FIRST_FRACTION, 0).at(time) * kept);
  }

  /**
   * Exchanges weights of the parameters that devices were asked for.
   *
   * @param server its model is the average of the round; its mask is replaced
   * @param changes is given the number of exchanged weights by the name of the parameter
   */
  void adjust(
      FederatedServer server,
      List<Request.Wanted> wanted,
      FederatedServer.Answers answers,
      Map<String, Integer> changes) {
    Map<String, long[]> words = new LinkedHashMap<>(server.mask().words());
    for (int i = 0; i < wanted.size(); i++) {
      int place = i;
      List<SparseGradient> lists =
          answers.trained().stream().map(answer -> answer.gradients().get(place)).toList();
      int[] grown =
          SparseGradient.largest(
              SparseGradient.average(lists, answers.weights()), wanted.get(i).most());
      Parameter parameter = pruned.get(wanted.get(i).parameter());
      INDArray values = server.global().model().values(parameter);
      words.computeIfPresent(parameter.name(), (name, old) -> swap(parameter, values, old, grown));
      changes.put(parameter.name(), grown.length);
    }
    server.setMask(PackedMasks.of(words, server.mask().lengths()));
  }

  private static long[] swap(Parameter parameter, INDArray values, long[] words, int[] grown) {
    try (INDArray rows = parameter.asMatrix(values).dup('c');
        INDArray mask = Nd4j.createUninitialized(rows.dataType(), rows.length())) {
      HostBits.unpack(words, mask);
      INDArray flat = rows.reshape('c', new long[] {rows.length()});
      try (INDArray swapped = ExactSwap.swap(mask, flat, grown)) {
        return HostBits.pack(swapped);
      }
    }
  }
}

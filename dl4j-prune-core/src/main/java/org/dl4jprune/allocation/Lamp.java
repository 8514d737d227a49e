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
package org.dl4jprune.allocation;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One threshold over the {@link LampScore} of all layers, which sets each layer's sparsity without
 * a parameter to tune. Needs magnitudes: scores of 0 and more, or negative infinity for a dead
 * unit, which goes first. Card {@code classic-criteria}, row LAMP; Lee et al., ICLR 2021, <a
 * href="https://arxiv.org/abs/2010.07611">arXiv 2010.07611</a>.
 *
 * <p>Within a layer the LAMP score ranks as the magnitude does, so only each layer's count is
 * passed on. Time: one sort for each layer.
 *
 * @param floor the least that each parameter keeps
 */
public record Lamp(Floor floor) implements Allocation {
  private static final double ABOVE_EVERY_SCORE = 2;

  /**
   * Fills in what is left out.
   *
   * @param floor the least that each parameter keeps; null for none
   */
  public Lamp {
    floor = floor == null ? Floor.none() : floor;
  }

  /** Without a floor. */
  public Lamp() {
    this(Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] least = floor.least(request);
    List<INDArray> scores =
        IntStream.range(0, least.length).mapToObj(i -> lampScores(request, i, least[i])).toList();
    long[] kept = Ranking.kept(scores, request.kept());
    scores.forEach(Ranking::close);
    return Scopes.keeping(request, kept, least);
  }

  private static INDArray lampScores(Request request, int index, long least) {
    INDArray ascending = Nd4j.sort(request.scores().apply(index).dup(), true);
    if (count(ascending.lt(0)) != count(ascending.eq(Double.NEGATIVE_INFINITY))) {
      throw new IllegalArgumentException(
          "LAMP needs magnitudes, but parameter %s has negative scores; use criterion Magnitude"
              .formatted(request.parameters().get(index).name()));
    }
    INDArray scores = LampScore.ofAscending(ascending);
    Ranking.close(ascending);
    if (least > 0) {
      long length = scores.length();
      scores.get(NDArrayIndex.interval(length - least, length)).assign(ABOVE_EVERY_SCORE);
    }
    return scores;
  }

  private static long count(INDArray condition) {
    return (long) HostReads.scalar(Nd4j.getExecutioner().exec(new CountNonZero(condition)));
  }
}

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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Which kernel positions masks of single weights have in common: the mean fraction that each
 * position of each weight keeps, from which new masks are drawn. Card {@code rethinking-value}; Liu
 * et al., ICLR 2019, <a href="https://arxiv.org/abs/1810.05270">arXiv 1810.05270</a>, section 5.
 *
 * @param kept for each parameter the fraction in [0, 1] of every kernel position; one number for a
 *     dense layer
 */
public record KernelPattern(Map<String, List<Double>> kept) {

  /**
   * Copies its argument.
   *
   * @param kept for each parameter the fraction of every kernel position
   */
  public KernelPattern {
    kept = Map.copyOf(kept);
  }

  /**
   * The mean over masks.
   *
   * @param masks of networks of one configuration, at least one; stay the caller's
   * @return the fractions
   * @throws IllegalArgumentException if there is no mask, or their parameters differ
   */
  public static KernelPattern of(List<Masks> masks) {
    if (masks.isEmpty()) {
      throw new IllegalArgumentException("A pattern needs the masks of at least one network");
    }
    List<Parameter> parameters = masks.get(0).layout().parameters();
    Map<String, List<Double>> kept = new LinkedHashMap<>();
    for (Masks one : masks) {
      if (!one.layout().parameters().equals(parameters)) {
        throw new IllegalArgumentException(
            "Masks of %s and of %s have no pattern in common"
                .formatted(parameters, one.layout().parameters()));
      }
      for (Parameter p : parameters) {
        kept.merge(p.name(), fractions(one, p, masks.size()), KernelPattern::sum);
      }
    }
    return new KernelPattern(kept);
  }

  /** The share of one of several networks in the mean. */
  private static List<Double> fractions(Masks masks, Parameter p, int networks) {
    try (INDArray positions = p.asMatrix(masks.of(p)).dup('c');
        INDArray counts =
            positions
                .reshape('c', p.outputs() * p.inputs(), p.kernelPositions())
                .castTo(DataType.DOUBLE)
                .sum(0)) {
      double all = (double) p.outputs() * p.inputs() * networks;
      List<Double> fractions = new ArrayList<>();
      for (double count : HostReads.vector(counts.reshape('c', new long[] {counts.length()}))) {
        fractions.add(count / all);
      }
      return fractions;
    }
  }

  private static List<Double> sum(List<Double> one, List<Double> other) {
    List<Double> sums = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      sums.add(one.get(i) + other.get(i));
    }
    return sums;
  }

  /**
   * Draws masks: at each position of each weight round-half-up of its fraction stays, which ones is
   * left to chance.
   *
   * @param network a network that has the parameters of the pattern; stays as it is
   * @param seed of the draw
   * @return the masks
   * @throws IllegalArgumentException if the network lacks a parameter, or it has other kernels
   */
  public PackedMasks draw(Object network, long seed) {
    PrunableModel model = PrunableModel.ofAny(network);
    List<Parameter> parameters =
        model.parameters().stream().filter(p -> kept.containsKey(p.name())).toList();
    for (Parameter p : parameters) {
      check(p.kernelPositions() == kept.get(p.name()).size(), p.name());
    }
    check(parameters.size() == kept.size(), "of a parameter");
    Layout layout = new Layout(parameters);
    RandomState.seed(seed);
    try (Masks masks = Masks.dense(model, layout);
        INDArray vector = Nd4j.createUninitialized(model.dataType(), layout.length())) {
      for (Parameter p : parameters) {
        INDArray positions =
            layout.flat(vector, p).reshape('c', p.outputs() * p.inputs(), p.kernelPositions());
        for (int position = 0; position < p.kernelPositions(); position++) {
          put(positions, position, kept.get(p.name()).get(position));
        }
      }
      masks.scatter(vector);
      return PackedMasks.of(masks);
    }
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(
          "The network does not have the kernels %s that the pattern has; it is of %s"
              .formatted(what, kept.keySet()));
    }
  }

  private static void put(INDArray positions, int position, double fraction) {
    long all = positions.size(0);
    try (INDArray scores = Nd4j.rand(positions.dataType(), all);
        INDArray chosen =
            ExactSelection.keepLargest(scores, (long) Math.floor(fraction * all + 0.5))) {
      positions.get(NDArrayIndex.all(), NDArrayIndex.point(position)).assign(chosen);
    }
  }
}

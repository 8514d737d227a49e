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
package org.dl4jprune.criterion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dl4jprune.calibration.relevance.LrpRules;
import org.dl4jprune.calibration.relevance.Relevance;
import org.dl4jprune.calibration.relevance.Start;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Σ|R| of each output channel over examples and positions, R its relevance in front of the
 * activation function: how much of the explanation of a decision runs through the channel. Absolute
 * values are taken before the sums, as in the authors' code. Yeom et al. 2021 (Pruning by
 * Explaining), <a href="https://arxiv.org/abs/1912.08881">arXiv 1912.08881</a>, algorithm 1.
 *
 * <p>Relevance is kept from layer to layer, so the scores of all layers are ranked together without
 * normalisation. Ten labelled examples of each class are enough in the paper. Batches pass one
 * after the other; see {@link Relevance} for memory and time.
 *
 * @param rules which layer follows which rule
 * @param start where relevance starts
 */
public record Lrp(LrpRules rules, Start start) implements ActivationCriterion {
  private static final Logger LOG = LoggerFactory.getLogger(Lrp.class);

  /**
   * Checks its arguments.
   *
   * @param rules which layer follows which rule
   * @param start where relevance starts
   */
  public Lrp {
    Objects.requireNonNull(rules, "rules");
    Objects.requireNonNull(start, "start");
  }

  /** The paper's composite rules, from the true labels. */
  public Lrp() {
    this(LrpRules.composite(), Start.TRUE_LABEL);
  }

  @Override
  public Map<String, INDArray> scores(Evidence evidence) {
    Map<String, INDArray> sums = new LinkedHashMap<>();
    List<String> remarks = List.of();
    for (MultiDataSet batch : evidence.batches()) {
      remarks =
          Relevance.propagate(
              evidence.model(),
              batch,
              rules,
              start,
              at ->
                  sums.merge(
                      at.layer(),
                      Transforms.abs(at.signal(), true).sum(at.otherAxes()),
                      INDArray::addi));
    }
    remarks.forEach(LOG::warn);
    sums.forEach(
        (layer, sum) -> {
          if (HostReads.scalar(sum.max()) == 0) {
            LOG.warn("No relevance reaches layer {}: all of its scores are 0", layer);
          }
        });
    return sums;
  }
}

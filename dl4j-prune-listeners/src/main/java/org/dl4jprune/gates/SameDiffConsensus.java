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
package org.dl4jprune.gates;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Straight-through gates of a SameDiff graph that depend on the example: a = u·U + c with u what
 * the gated layer reads, and the gate is open where a ≥ 0. With {@link SameDiffGates#polarization}
 * as a penalty all examples come to agree, and {@link SameDiffFolding} takes the majority. <a
 * href="https://arxiv.org/abs/2302.10798">arXiv 2302.10798</a>; see {@link ConsensusGates}.
 *
 * <pre>{@code
 * SameDiffGates gates = new SameDiffGates(graph);
 * SDVariable hidden =
 *     new SameDiffConsensus(gates).channels("hidden", relu, input, 784, 256, "w0", "b0");
 * }</pre>
 */
public final class SameDiffConsensus {
  private final SameDiffSites sites;

  /**
   * Gates beside others.
   *
   * @param gates of a graph that is being built
   */
  public SameDiffConsensus(SameDiffGates gates) {
    this.sites = gates.sites();
  }

  /**
   * Gates of the channels along the last axis.
   *
   * @param name of the gates; the variables are {@code name_U} and {@code name_c}
   * @param activation what is gated, [examples, channels]
   * @param reads what the gated layer reads, [examples, inputs]
   * @param inputs the number of its inputs
   * @param channels the number of channels
   * @param producers the names of the weight, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return the gated activation
   * @throws IllegalArgumentException if the name is taken, the activation is gated already, or a
   *     producer does not exist or has another width
   */
  public SDVariable channels(
      String name,
      SDVariable activation,
      SDVariable reads,
      long inputs,
      long channels,
      String... producers) {
    sites.checkChannels(name, activation, channels, producers);
    SDVariable logits = sites.module(name, activation, reads, inputs, channels);
    return sites.insert(
        name, activation, logits, channels, null, Granularity.CHANNEL, 0, true, producers);
  }

  /**
   * Gates of the channels of images.
   *
   * @param name of the gates; the variables are {@code name_U} and {@code name_c}
   * @param activation what is gated, [examples, channels, height, width]
   * @param reads the mean over the positions of what the gated layer reads, [examples, inputs]
   * @param inputs the number of its input channels
   * @param channels the number of channels
   * @param producers the names of the kernel, and of the bias if there is one, that make the
   *     activation; outputs are their last axis
   * @return the gated activation
   * @throws IllegalArgumentException if the name is taken, the activation is gated already, or a
   *     producer does not exist or has another width
   */
  public SDVariable maps(
      String name,
      SDVariable activation,
      SDVariable reads,
      long inputs,
      long channels,
      String... producers) {
    sites.checkChannels(name, activation, channels, producers);
    SDVariable logits = sites.module(name, activation, reads, inputs, channels);
    return sites.insert(
        name, activation, logits, channels, null, Granularity.CHANNEL, 2, true, producers);
  }

  /**
   * A gate of a whole residual branch F in y = x + g·F(x). Where it is closed, folding leaves x.
   *
   * @param name of the gate; the variables are {@code name_U} and {@code name_c}
   * @param branch what the branch adds, with the examples first
   * @param axes how many axes the branch's output has, at least 2
   * @param reads what the branch reads, [examples, inputs]; of images the mean over the positions
   * @param inputs the number of its inputs
   * @return the gated branch, to be added to what it reads
   * @throws IllegalArgumentException if the name is taken or the branch is gated already
   */
  public SDVariable layer(String name, SDVariable branch, int axes, SDVariable reads, long inputs) {
    sites.check(name, branch);
    SDVariable logits = sites.module(name, branch, reads, inputs, 1);
    return sites.insert(name, branch, logits, 1, null, Granularity.LAYER, axes - 2, true);
  }
}

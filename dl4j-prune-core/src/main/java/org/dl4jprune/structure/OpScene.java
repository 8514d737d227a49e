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
package org.dl4jprune.structure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** What an op's rule works on: one op of a SameDiff graph and the channels that enter it. */
public final class OpScene extends OpArguments {
  private final ChannelSets sets;
  private final List<Scene.Remark> remarks;
  private final List<Tensor> inputs;
  private final int choice;
  private int alternatives;
  private int[] chosen;
  private List<Tensor> outputs = List.of();

  OpScene(
      SameDiff graph,
      SameDiffOp op,
      ChannelSets sets,
      List<Scene.Remark> remarks,
      Map<String, Tensor> tensors,
      int choice) {
    super(graph, op);
    this.sets = sets;
    this.remarks = remarks;
    this.inputs = op.getInputsToOp().stream().map(tensors::get).toList();
    this.choice = choice;
  }

  void setOutputs(List<Tensor> outputs) {
    this.outputs = outputs;
  }

  /** Whether all channels of what was chosen stay, although another way is left to try. */
  boolean isStuck(int next) {
    return chosen != null
        && next < alternatives
        && Arrays.stream(chosen).allMatch(id -> sets.pinOf(id) != null);
  }

  /**
   * Which of several ways to couple the channels is taken. The first is tried first; where it frees
   * no channel, the next one is.
   *
   * @param ways how many there are
   * @return the number of a way
   */
  public int choose(int ways) {
    alternatives = ways;
    return Math.min(choice, ways - 1);
  }

  /**
   * Names the channels that show whether the way taken frees any.
   *
   * @param channels their numbers
   */
  public void chose(int[] channels) {
    chosen = channels;
  }

  /**
   * The tensors that enter.
   *
   * @return in the order of the op's inputs
   */
  public List<Tensor> inputs() {
    return inputs;
  }

  /**
   * A tensor that enters.
   *
   * @param position of the input
   * @return the tensor
   */
  public Tensor input(int position) {
    return inputs.get(position);
  }

  /**
   * The tensors that leave, as the rule gave them.
   *
   * @return empty before the op was coupled
   */
  public List<Tensor> outputs() {
    return outputs;
  }

  /**
   * New channels that nothing is known of.
   *
   * @param count how many
   * @return their numbers
   */
  public int[] fresh(long count) {
    return sets.fresh(count);
  }

  /**
   * Whether two channels are already known to live and die together.
   *
   * @param first a channel
   * @param second a channel
   * @return true if they are united
   */
  public boolean same(int first, int second) {
    return sets.find(first) == sets.find(second);
  }

  /**
   * Unites two axes slice by slice. Where one of them stays whole, the other does too.
   *
   * @param first channels or null
   * @param second as many channels or null
   * @param why in words
   * @return the channels of both, or null
   */
  public int[] unite(int[] first, int[] second, String why) {
    if (first == null || second == null) {
      pin(first, why + ", of which the other stays whole");
      pin(second, why + ", of which the other stays whole");
      return null;
    }
    if (first != second) {
      sets.unite(first, second, name(), why);
    }
    return first;
  }

  /**
   * Keeps channels for ever.
   *
   * @param channels their numbers; null has none
   * @param why in words
   */
  public void pin(int[] channels, String why) {
    if (channels != null) {
      sets.pin(channels, name() + ": " + why);
    }
  }

  /**
   * Keeps all channels of a tensor.
   *
   * @param tensor a tensor
   * @param why in words
   */
  public void pinAll(Tensor tensor, String why) {
    for (int axis = 0; tensor.isKnown() && axis < tensor.rank(); axis++) {
      pin(tensor.channels(axis), why);
    }
  }

  /**
   * Keeps all channels that enter.
   *
   * @param why in words
   */
  public void pinInputs(String why) {
    inputs.stream().filter(Objects::nonNull).forEach(input -> pinAll(input, why));
  }

  /**
   * Says that removal and masking differ here.
   *
   * @param why in words
   */
  public void inexact(String why) {
    remarks.add(new Scene.Remark(name(), true, why));
  }

  /**
   * Says something that the user should know.
   *
   * @param text in words
   */
  public void remark(String text) {
    remarks.add(new Scene.Remark(name(), false, text));
  }
}

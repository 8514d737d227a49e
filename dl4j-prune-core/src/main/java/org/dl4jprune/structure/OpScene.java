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
import org.dl4jprune.host.HostReads;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** What an op's rule works on: one op of a SameDiff graph and the channels that enter it. */
public final class OpScene {
  private final SameDiff graph;
  private final SameDiffOp op;
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
    this.graph = graph;
    this.op = op;
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

  SameDiffOp node() {
    return op;
  }

  /**
   * The op, for its arguments.
   *
   * @return the graph's own op; not to be changed
   */
  public DifferentialFunction op() {
    return op.getOp();
  }

  /**
   * The op in messages.
   *
   * @return its kind and its name
   */
  public String name() {
    String kind = op.getOp().opName();
    return kind.equals(op.getName()) ? kind : kind + " " + op.getName();
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
   * The number of outputs.
   *
   * @return at least 1
   */
  public int outputCount() {
    return op.getOutputsOfOp().size();
  }

  /**
   * Whether an output is one of the model's results: a loss, or what nothing else reads.
   *
   * @param output its position
   * @return true if its values must not change
   */
  public boolean isResult(int output) {
    String name = op.getOutputsOfOp().get(output);
    return isResult(graph, name);
  }

  static boolean isResult(SameDiff graph, String variable) {
    List<String> readers = graph.getVariables().get(variable).getInputsForOp();
    return readers == null
        || readers.isEmpty()
        || (graph.getLossVariables() != null && graph.getLossVariables().contains(variable));
  }

  /**
   * The op's integer arguments.
   *
   * @return empty if it has none
   */
  public long[] integers() {
    return op.getOp() instanceof CustomOp custom ? custom.iArgs() : new long[0];
  }

  /**
   * An integer argument.
   *
   * @param index its place
   * @param absent what an op without it does
   * @return the argument
   */
  public long integer(int index, long absent) {
    long[] all = integers();
    return index < all.length ? all[index] : absent;
  }

  /**
   * A boolean argument.
   *
   * @param index its place
   * @param absent what an op without it does
   * @return the argument
   */
  public boolean flag(int index, boolean absent) {
    boolean[] all = op.getOp() instanceof CustomOp custom ? custom.bArgs() : new boolean[0];
    return index < all.length ? all[index] : absent;
  }

  /**
   * The op's floating point arguments.
   *
   * @return empty if it has none
   */
  public double[] numbers() {
    return op.getOp() instanceof CustomOp custom ? custom.tArgs() : new double[0];
  }

  /**
   * The number that a scalar op works with.
   *
   * @return the scalar
   */
  public double scalar() {
    return HostReads.scalar(((ScalarOp) op.getOp()).scalar());
  }

  /**
   * The values of an input that is a constant, such as indices or sizes.
   *
   * @param position of the input
   * @return its values in order, or null if it is no constant
   */
  public long[] constant(int position) {
    SDVariable variable = graph.getVariable(op.getInputsToOp().get(position));
    if (variable.getVariableType() != VariableType.CONSTANT) {
      return null;
    }
    try (INDArray values = variable.getArr().castTo(DataType.DOUBLE).dup('c')) {
      return Arrays.stream(HostReads.vector(values.reshape('c', new long[] {values.length()})))
          .mapToLong(value -> (long) value)
          .toArray();
    }
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

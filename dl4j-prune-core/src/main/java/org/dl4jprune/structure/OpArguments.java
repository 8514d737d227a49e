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

/** One op of a SameDiff graph and what it was given, constants included. */
abstract class OpArguments {
  private final SameDiff graph;
  private final SameDiffOp op;

  OpArguments(SameDiff graph, SameDiffOp op) {
    this.graph = graph;
    this.op = op;
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
}

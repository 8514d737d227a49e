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

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** An op of a graph that is being made smaller, and what can be changed of it. */
public final class OpResize {
  private final SameDiff graph;
  private final SameDiffOp op;
  private final IntPredicate kept;

  OpResize(SameDiff graph, SameDiffOp op, IntPredicate kept) {
    this.graph = graph;
    this.op = op;
    this.kept = kept;
  }

  /**
   * The places of a list of channels that stay.
   *
   * @param channels their numbers
   * @return ascending places
   */
  public int[] keptPlaces(int[] channels) {
    return Walk.keptPlaces(channels, kept);
  }

  /**
   * How many channels of a part of a list stay.
   *
   * @param channels their numbers
   * @param from the first place
   * @param to one past the last place
   * @return their number
   */
  public int keptBetween(int[] channels, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += kept.test(channels[i]) ? 1 : 0;
    }
    return count;
  }

  /**
   * Gives the op new integer arguments.
   *
   * @param integers all of them, in order
   */
  public void integers(long... integers) {
    DynamicCustomOp old = (DynamicCustomOp) op.getOp();
    try {
      // ND4J's ops cannot forget an argument, so a new op is configured as one that is loaded.
      DynamicCustomOp fresh = old.getClass().getDeclaredConstructor().newInstance();
      fresh.setOwnName(old.getOwnName());
      fresh.setSameDiff(graph);
      fresh.addIArgument(integers);
      fresh.addTArgument(old.tArgs());
      fresh.addBArgument(old.bArgs());
      fresh.addDArgument(old.dArgs());
      fresh.addSArgument(old.sArgs());
      fresh.configureFromArguments();
      op.setOp(fresh);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Op %s cannot be made anew; give its class a public constructor without arguments"
              .formatted(op.getName()),
          e);
    }
  }

  /**
   * Lets the op read a new constant in place of an input.
   *
   * @param position of the input
   * @param values the constant's values
   */
  public void constant(int position, INDArray values) {
    String old = op.getInputsToOp().get(position);
    SDVariable constant = graph.constant(unused(old + "_resized"), values);
    replaceInput(op, position, constant.name());
    if (!op.getInputsToOp().contains(old)) {
      graph.getVariables().get(old).getInputsForOp().remove(op.getName());
    }
  }

  /**
   * Multiplies an output, for all that read it.
   *
   * @param output its position
   * @param factor a number
   */
  public void scaleOutput(int output, double factor) {
    String name = op.getOutputsOfOp().get(output);
    Variable variable = graph.getVariables().get(name);
    List<String> readers = new ArrayList<>(variable.getInputsForOp());
    SDVariable scaled = graph.getVariable(name).mul(unused(name + "_rescaled"), factor);
    for (String reader : readers) {
      SameDiffOp node = graph.getOps().get(reader);
      for (int i = 0; i < node.getInputsToOp().size(); i++) {
        if (node.getInputsToOp().get(i).equals(name)) {
          replaceInput(node, i, scaled.name());
        }
      }
      variable.getInputsForOp().remove(reader);
    }
  }

  /**
   * Computes the op's only output from its first input in another way, under the same name.
   *
   * @param way makes the output
   */
  public void replace(UnaryOperator<SDVariable> way) {
    String output = op.getOutputsOfOp().get(0);
    Variable old = graph.getVariables().remove(output);
    graph.getOps().remove(op.getName());
    for (String input : op.getInputsToOp()) {
      graph.getVariables().get(input).getInputsForOp().remove(op.getName());
    }
    way.apply(graph.getVariable(op.getInputsToOp().get(0))).rename(output);
    graph.getVariables().get(output).setInputsForOp(old.getInputsForOp());
  }

  private String unused(String wanted) {
    String name = wanted;
    for (int i = 1; graph.hasVariable(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private void replaceInput(SameDiffOp reader, int position, String input) {
    List<String> inputs = new ArrayList<>(reader.getInputsToOp());
    inputs.set(position, input);
    reader.setInputsToOp(inputs);
    Variable variable = graph.getVariables().get(input);
    if (variable.getInputsForOp() == null) {
      variable.setInputsForOp(new ArrayList<>());
    }
    if (!variable.getInputsForOp().contains(reader.getName())) {
      variable.getInputsForOp().add(reader.getName());
    }
  }

  /**
   * The op as it is now.
   *
   * @return the smaller graph's own op
   */
  public DifferentialFunction op() {
    return op.getOp();
  }
}

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
package org.dl4jprune.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.factory.Nd4j;

/** The graph of synaptic flow: a DOUBLE copy with |weights| whose loss is the sum of the logits. */
final class SameDiffFlow {
  private SameDiffFlow() {}

  /**
   * Makes the copy.
   *
   * @param graph stays as it is
   * @param logits the name of its logits
   * @param parameters of the graph
   */
  static SameDiff of(SameDiff graph, String logits, List<Parameter> parameters) {
    SameDiff flow = graph.dup();
    flow.setListeners();
    Map<String, DataType> types = new HashMap<>();
    for (SDVariable variable : flow.variables()) {
      if (variable.getVariableType() != VariableType.ARRAY && variable.dataType().isFPType()) {
        types.put(variable.name(), DataType.DOUBLE);
      }
    }
    flow.convertDataTypes(types);
    settleTypes(flow);
    for (Parameter parameter : parameters) {
      INDArray values = flow.getVariable(parameter.name()).getArr();
      switch (parameter.role()) {
        case BIAS, NORM_SHIFT -> values.assign(0);
        case NORM_STATISTIC -> {}
        default -> Nd4j.exec(new Abs(values, values));
      }
    }
    SDVariable sum = flow.getVariable(logits).sum("synaptic_flow");
    flow.setLossVariables(sum.name());
    return flow;
  }

  /** One example of ones for each placeholder. */
  static Map<String, INDArray> ones(Map<String, INDArray> placeholders) {
    Map<String, INDArray> ones = new HashMap<>();
    placeholders.forEach(
        (name, array) -> {
          long[] shape = array.shape();
          shape[0] = 1;
          ones.put(name, Nd4j.ones(DataType.DOUBLE, shape));
        });
    return ones;
  }

  // SameDiff looks at each op once, and in no order: an op whose other input was converted after it
  // keeps its old type.
  private static void settleTypes(SameDiff graph) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (SameDiffOp op : graph.getOps().values()) {
        List<DataType> inputs = new ArrayList<>();
        op.getInputsToOp().forEach(input -> inputs.add(graph.getVariable(input).dataType()));
        List<DataType> outputs = op.getOp().calculateOutputDataTypes(inputs);
        for (int i = 0; i < outputs.size(); i++) {
          SDVariable output = graph.getVariable(op.getOutputsOfOp().get(i));
          changed |= output.dataType() != outputs.get(i);
          output.setDataType(outputs.get(i));
        }
      }
    }
  }
}

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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.GradientUpdater;

/** The view over a {@code SameDiff} graph; each variable is a block of its own. */
final class SameDiffModel implements PrunableModel {
  private static final ParameterBlock.View WHOLE =
      new ParameterBlock.View() {
        @Override
        public INDArray of(INDArray array, long start) {
          return array;
        }

        @Override
        public long offset() {
          return 0;
        }
      };
  private final SameDiff graph;
  private final SameDiffGraph structure;
  private final List<Parameter> parameters = new ArrayList<>();
  private final DataType dataType;

  SameDiffModel(SameDiff graph) {
    this.graph = graph;
    this.structure = new SameDiffGraph(graph);
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE && variable.dataType().isFPType()) {
        if (variable.getArr() == null) {
          throw new IllegalStateException(
              "Variable %s has no values yet; initialise it first".formatted(variable.name()));
        }
        parameters.add(structure.describe(variable.name(), variable.getArr().shape()));
      }
    }
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          "The SameDiff graph has no floating point VARIABLE, so there is nothing to prune");
    }
    this.dataType = graph.getVariable(parameters.get(0).name()).dataType();
    for (Parameter parameter : parameters) {
      DataType type = graph.getVariable(parameter.name()).dataType();
      if (type != dataType || (type != DataType.FLOAT && type != DataType.DOUBLE)) {
        throw new IllegalArgumentException(
            ("Variable %s is %s and %s is %s; all variables must be FLOAT, or all DOUBLE:"
                    + " use convertDataTypes")
                .formatted(parameter.name(), type, parameters.get(0).name(), dataType));
      }
    }
  }

  @Override
  public Object unwrap() {
    return graph;
  }

  @Override
  public Collection<?> listeners() {
    return graph.getListeners();
  }

  @Override
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public List<ParameterBlock> blocks() {
    return parameters.stream().map(this::blockOf).toList();
  }

  @Override
  public ParameterBlock blockOf(Parameter parameter) {
    return new ParameterBlock(
        parameter.name(),
        graph.getVariable(parameter.name()).getArr(),
        List.of(parameter),
        Map.of(parameter.name(), WHOLE));
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public List<UpdaterState> updaterStates() {
    Map<String, ? extends GradientUpdater<?>> updaters = updaters();
    List<UpdaterState> states = new ArrayList<>();
    // SameDiff makes its updaters when the first step begins, each state at its initial value.
    if (updaters != null) {
      for (Parameter parameter : parameters) {
        GradientUpdater<?> updater = updaters.get(parameter.name());
        if (updater != null) {
          Updaters.states(states, updater, blockOf(parameter), 0, parameter.length());
        }
      }
    }
    return states;
  }

  // SameDiff's own map is of the raw type.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private Map<String, ? extends GradientUpdater<?>> updaters() {
    return (Map) graph.getUpdaterMap();
  }

  @Override
  public boolean keepsZeros() {
    TrainingConfig config = graph.getTrainingConfig();
    return config != null && SteadyZeros.in(config.getUpdater(), config.getRegularization());
  }

  @Override
  public INDArray rawGradient() {
    throw new IllegalStateException("SameDiff announces the gradient of each variable by itself");
  }

  @Override
  public long iteration() {
    return graph.getTrainingConfig() == null ? 0 : graph.getTrainingConfig().getIterationCount();
  }

  @Override
  public long epoch() {
    return graph.getTrainingConfig() == null ? 0 : graph.getTrainingConfig().getEpochCount();
  }

  @Override
  public void setCounts(long iteration, long epoch) {
    TrainingConfig config = graph.getTrainingConfig();
    if (config != null) {
      config.setIterationCount(Math.toIntExact(iteration));
      config.setEpochCount(Math.toIntExact(epoch));
    }
  }

  @Override
  public Gradients gradients(MultiDataSet batch) {
    return gradientsOf(graph, placeholders(batch));
  }

  @Override
  public Map<String, Long> positions(MultiDataSet example) {
    Map<String, INDArray> inputs = placeholders(example);
    long examples = example.getFeatures(0).size(0);
    Map<Parameter, String> outputs = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String output = structure.outputOf(parameter.layer());
      if (output != null) {
        outputs.put(parameter, output);
      }
    }
    Map<String, INDArray> arrays =
        graph.output(inputs, outputs.values().stream().distinct().toList());
    Map<String, Long> positions = new LinkedHashMap<>();
    outputs.forEach(
        (parameter, output) ->
            positions.put(
                parameter.layer(),
                Math.max(1, arrays.get(output).length() / (examples * parameter.outputs()))));
    return positions;
  }

  @Override
  public Map<String, INDArray> activations(MultiDataSet batch) {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String output = structure.outputOf(parameter.layer());
      if (output != null && structure.channelAxis(parameter.layer(), 2) >= 0) {
        outputs.put(parameter.layer(), output);
      }
    }
    Map<String, INDArray> arrays = graph.output(placeholders(batch), List.copyOf(outputs.values()));
    Map<String, INDArray> activations = new LinkedHashMap<>();
    outputs.forEach(
        (op, output) -> {
          INDArray array = arrays.get(output);
          int axis = structure.channelAxis(op, array.rank());
          activations.put(output, axis == 1 ? array : SameDiffGraph.lastAxisSecond(array));
        });
    return activations;
  }

  @Override
  public Map<String, INDArray> activations(MultiDataSet batch, List<String> names) {
    for (String name : names) {
      if (!graph.hasVariable(name)) {
        throw new IllegalArgumentException(
            "There is no variable %s in the SameDiff graph".formatted(name));
      }
    }
    Map<String, INDArray> features = placeholders(batch);
    Map<String, INDArray> found = graph.output(features, names.toArray(new String[0]));
    Map<String, INDArray> ordered = new LinkedHashMap<>();
    names.forEach(name -> ordered.put(name, found.getOrDefault(name, features.get(name))));
    return ordered;
  }

  private Gradients gradientsOf(SameDiff of, Map<String, INDArray> placeholders) {
    List<Listener> listeners = new ArrayList<>(of.getListeners());
    of.setListeners();
    try {
      List<String> losses = of.getLossVariables();
      OutAndGrad result =
          of.calculateGradientsAndOutputs(
              placeholders, losses, parameters.stream().map(Parameter::name).toList());
      double loss = 0;
      for (String name : losses) {
        loss += HostReads.scalar(result.getOutputs().get(name).sum());
      }
      Map<String, INDArray> copies = new HashMap<>();
      Map<String, ParameterBlock> blocks = new HashMap<>();
      result
          .getGradients()
          .forEach(
              (name, gradient) -> {
                if (gradient != null) {
                  copies.put(name, gradient.dup());
                }
              });
      parameters.forEach(p -> blocks.put(p.name(), blockOf(p)));
      return new Gradients(loss, blocks, copies, 1);
    } finally {
      of.setListeners(listeners);
    }
  }

  private Map<String, INDArray> placeholders(MultiDataSet batch) {
    return SameDiffInputs.placeholders(graph, batch);
  }

  @Override
  public PrunableModel copy() {
    SameDiff copy = graph.dup();
    copy.setListeners();
    return new SameDiffModel(copy);
  }

  @Override
  public double loss(MultiDataSet batch) {
    List<String> names = graph.getLossVariables();
    return graph.output(placeholders(batch), names.toArray(String[]::new)).values().stream()
        .mapToDouble(loss -> HostReads.scalar(loss.sum()))
        .sum();
  }

  @Override
  public INDArray[] logits(MultiDataSet batch) {
    String name = structure.logits();
    return new INDArray[] {graph.output(placeholders(batch), name).get(name)};
  }

  @Override
  public List<Parameter> logitParameters() {
    List<String> names = structure.logitVariables();
    return parameters.stream().filter(p -> names.contains(p.name())).toList();
  }

  @Override
  public Gradients synapticFlow(MultiDataSet example) {
    SameDiff flow = SameDiffFlow.of(graph, structure.logits(), parameters);
    return gradientsOf(flow, SameDiffFlow.ones(placeholders(example)));
  }
}

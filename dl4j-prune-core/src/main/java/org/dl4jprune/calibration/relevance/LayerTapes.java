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
package org.dl4jprune.calibration.relevance;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jprune.model.ForwardPass;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Tapes of DL4J's networks. */
final class LayerTapes {
  private static final String BEFORE = "-preprocessor";

  private final Tape tape = new Tape();
  private final Map<String, INDArray> values;

  private LayerTapes(Map<String, INDArray> values) {
    this.values = values;
  }

  static Tape of(MultiLayerNetwork network, MultiDataSet batch) {
    LayerTapes reader = new LayerTapes(ForwardPass.of(network, batch.getFeatures(0)));
    reader.input(ForwardPass.INPUT);
    String previous = ForwardPass.INPUT;
    int last = network.getnLayers() - 1;
    for (int i = 0; i <= last; i++) {
      String name = String.valueOf(i);
      previous =
          reader.layer(
              name,
              network.getLayer(i),
              network.getLayerWiseConfigurations().getInputPreProcess(i),
              previous);
    }
    reader.output(String.valueOf(last), network.getLayer(last).conf().getLayer());
    return reader.finish();
  }

  static Tape of(ComputationGraph graph, MultiDataSet batch) {
    LayerTapes reader = new LayerTapes(ForwardPass.of(graph, batch.getFeatures()));
    graph.getConfiguration().getNetworkInputs().forEach(reader::input);
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      GraphVertex configured = graph.getConfiguration().getVertices().get(name);
      if (configured != null) {
        reader.vertex(
            name, configured, graph.getConfiguration().getVertexInputs().get(name), graph);
      }
    }
    for (String name : graph.getConfiguration().getNetworkOutputs()) {
      reader.output(
          name, graph.getLayer(name) == null ? null : graph.getLayer(name).conf().getLayer());
    }
    return reader.finish();
  }

  private void input(String name) {
    tape.addInput(name, values.get(name));
  }

  private void vertex(
      String name, GraphVertex configured, List<String> inputs, ComputationGraph graph) {
    GraphVertex vertex =
        configured instanceof FrozenVertex frozen ? frozen.getUnderlying() : configured;
    if (vertex instanceof LayerVertex layer) {
      layer(name, graph.getLayer(name), layer.getPreProcessor(), inputs.get(0));
    } else if (vertex instanceof PreprocessorVertex wrapper) {
      INDArray input = tape.value(inputs.get(0));
      tape.add(name, rearranged(wrapper.getPreProcessor(), input), inputs, values.get(name));
    } else {
      INDArray[] arrays = inputs.stream().map(tape::value).toArray(INDArray[]::new);
      tape.add(name, VertexSteps.of(name, vertex, arrays), inputs, values.get(name));
    }
  }

  private String layer(
      String name,
      org.deeplearning4j.nn.api.Layer layer,
      InputPreProcessor before,
      String previous) {
    String from = previous;
    if (before != null) {
      from = name + BEFORE;
      INDArray input = tape.value(previous);
      INDArray entering =
          before.preProcess(input, (int) input.size(0), LayerWorkspaceMgr.noWorkspaces());
      tape.add(from, rearranged(before, input), List.of(previous), entering);
    }
    Step step = LayerSteps.of(name, layer, tape.value(from), tape);
    tape.add(name, step, List.of(from), values.get(name));
    return name;
  }

  // A preprocessor only rearranges, and its backward pass takes things back to their places.
  private static Step rearranged(InputPreProcessor preprocessor, INDArray input) {
    return PassStep.reordering(
        (in, given) ->
            preprocessor
                .backprop(given, (int) input.size(0), LayerWorkspaceMgr.noWorkspaces())
                .reshape(in.shape()));
  }

  private void output(String name, org.deeplearning4j.nn.conf.layers.Layer configured) {
    org.deeplearning4j.nn.conf.layers.Layer layer = LayerSteps.unwrap(configured);
    if (layer instanceof BaseOutputLayer output) {
      tape.addOutput(new Tape.Output(name, output.getLossFn(), output.getActivationFn()));
    } else if (layer instanceof LossLayer loss) {
      tape.addOutput(new Tape.Output(name, loss.getLossFn(), loss.getActivationFn()));
    } else {
      tape.addOutput(new Tape.Output(name, null, null));
    }
  }

  private Tape finish() {
    for (Tape.Node node : tape.nodes()) {
      if (node.step() instanceof LinearStep linear) {
        boolean softmax = linear.activation() instanceof ActivationSoftmax;
        if (softmax && !tape.isOutput(node.name())) {
          throw new IllegalArgumentException(
              "Layer %s has a softmax, but relevance starts in front of the activation of %s; a softmax can only be the last activation"
                  .formatted(node.name(), tape.outputs().get(0).node()));
        }
      }
    }
    fold();
    return tape;
  }

  /** Takes normalisations into the layers right before them, where no one else sees the latter. */
  private void fold() {
    for (Tape.Node node : tape.nodes()) {
      if (node.step() instanceof ScaleStep normalisation
          && tape.stepOf(node.inputs().get(0)) instanceof LinearStep linear
          && LayerSteps.isIdentity(linear.activation())
          && tape.consumersOf(node.inputs().get(0)) == 1) {
        linear.fold(normalisation);
      }
    }
  }
}

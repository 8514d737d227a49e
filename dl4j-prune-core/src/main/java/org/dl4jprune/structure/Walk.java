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
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;

/**
 * One visit of every layer, vertex and preprocessor of a configuration in the order of computation.
 * What has no rule is a barrier: what enters it stays, and so does what leaves it.
 */
final class Walk implements Findings {
  private static final String INPUT = "the model's input is not pruned";

  private final PrunableModel model;
  private final CouplingRules rules;
  private final String silenced;
  private final BitSet silent = new BitSet();
  private final ChannelSets sets = new ChannelSets();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Scene.Remark> remarks = new ArrayList<>();
  private final List<Scene.Doubt> doubts = new ArrayList<>();
  private final List<Visit> visits = new ArrayList<>();
  private final Map<String, Map<String, Parameter>> parameters = new HashMap<>();
  private final ActivationProbe probe = new ActivationProbe();

  /**
   * What was seen of one layer, vertex or preprocessor.
   *
   * @param owner the layer or vertex
   * @param preprocessor whether it is the owner's preprocessor
   * @param inputs the channels of each input, and behind them those that the rule named as inner
   * @param output the channels of the output
   * @param rests the value of a dead channel of each input; NaN if there is none
   */
  record Visit(String owner, boolean preprocessor, int[][] inputs, int[] output, double[] rests) {}

  /** The channels of an activation, or why they are not known, and what else is known of it. */
  private record Stream(int[] channels, String unknown, Flow flow) {
    static Stream unknown(String why) {
      return new Stream(null, why, Flow.OF_INPUT);
    }
  }

  Walk(PrunableModel model, CouplingRules rules) {
    this(model, rules, null);
  }

  /**
   * A walk that takes dead channels of one layer or vertex for zero behind it, as a gate makes
   * them, whatever the layer itself would make of zero weights.
   */
  Walk(PrunableModel model, CouplingRules rules, String silenced) {
    this.model = model;
    this.rules = rules;
    this.silenced = silenced;
    for (Parameter parameter : model.parameters()) {
      int separator = parameter.name().lastIndexOf('_');
      parameters
          .computeIfAbsent(parameter.name().substring(0, separator), k -> new LinkedHashMap<>())
          .put(parameter.name().substring(separator + 1), parameter);
    }
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      walk(network.getLayerWiseConfigurations());
    } else {
      walk((ComputationGraph) model.unwrap());
    }
    // What stays is never removed, so it is not removed inexactly.
    for (Scene.Doubt doubt : doubts) {
      if (Arrays.stream(doubt.channels()).anyMatch(channel -> sets.pinOf(channel) == null)) {
        remarks.add(doubt.remark());
      }
    }
  }

  @Override
  public ChannelSets sets() {
    return sets;
  }

  @Override
  public List<Slot> slots() {
    return slots;
  }

  @Override
  public List<Scene.Remark> remarks() {
    return remarks;
  }

  @Override
  public List<Activation> activations() {
    return visits.stream().map(visit -> new Activation(visit.owner(), visit.output())).toList();
  }

  @Override
  public PrunableModel smaller(IntPredicate kept) {
    return new LayerSurgery(model, rules, this, kept).build();
  }

  List<Visit> visits() {
    return visits;
  }

  private void walk(MultiLayerConfiguration configuration) {
    Stream stream = Stream.unknown(INPUT);
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      stream =
          layer(
              String.valueOf(i),
              configuration.getInputPreProcess(i),
              configuration.getConf(i).getLayer(),
              stream);
    }
    pinOutput("the last layer", stream);
  }

  private void walk(ComputationGraph graph) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Map<String, Stream> streams = new HashMap<>();
    ConsumerWidths widths = new ConsumerWidths(configuration, rules);
    configuration.getNetworkInputs().forEach(name -> streams.put(name, Stream.unknown(INPUT)));
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      if (streams.containsKey(name)) {
        continue;
      }
      List<Stream> inputs =
          configuration.getVertexInputs().get(name).stream().map(streams::get).toList();
      if (configuration.getVertices().get(name) instanceof MergeVertex) {
        inputs = widened(inputs, widths.of(name));
      }
      streams.put(name, vertex(name, configuration.getVertices().get(name), inputs));
    }
    configuration
        .getNetworkOutputs()
        .forEach(name -> pinOutput("output " + name, streams.get(name)));
  }

  /** Gives the only input of unknown width what the others leave of a known sum. */
  private List<Stream> widened(List<Stream> inputs, long sum) {
    long known = 0;
    int unknown = 0;
    for (Stream input : inputs) {
      known += input.channels() == null ? 0 : input.channels().length;
      unknown += input.channels() == null ? 1 : 0;
    }
    if (unknown != 1 || sum <= known) {
      return inputs;
    }
    int[] rest = sets.fresh(sum - known);
    List<Stream> all = new ArrayList<>();
    for (Stream input : inputs) {
      if (input.channels() == null) {
        sets.pin(rest, input.unknown());
        all.add(new Stream(rest, null, input.flow()));
      } else {
        all.add(input);
      }
    }
    return all;
  }

  private Stream vertex(String name, GraphVertex configured, List<Stream> inputs) {
    GraphVertex vertex =
        configured instanceof FrozenVertex frozen ? frozen.getUnderlying() : configured;
    if (vertex instanceof LayerVertex layer) {
      return layer(name, layer.getPreProcessor(), layer.getLayerConf().getLayer(), inputs.get(0));
    }
    if (vertex instanceof PreprocessorVertex wrapper) {
      return apply(name, true, wrapper.getPreProcessor(), inputs);
    }
    return apply(name, false, vertex, inputs);
  }

  private Stream layer(String name, InputPreProcessor before, Layer layer, Stream input) {
    Stream entering = before == null ? input : apply(name, true, before, List.of(input));
    return apply(name, false, layer, List.of(entering));
  }

  private Stream apply(
      String owner, boolean preprocessor, Object configuration, List<Stream> inputs) {
    String what = configuration.getClass().getSimpleName() + " " + owner;
    if (!rules.knows(configuration)) {
      String why = what + " has no coupling rule";
      inputs.forEach(input -> pinAll(input, why));
      remarks.add(
          new Scene.Remark(what, false, "no coupling rule: what enters and leaves it stays"));
      return Stream.unknown(why);
    }
    int[][] known = new int[inputs.size()][];
    for (int i = 0; i < known.length; i++) {
      Stream input = inputs.get(i);
      if (input.channels() == null) {
        long expected = rules.expectedInputs(configuration);
        if (expected < 0) {
          // Nothing here knows how many channels there are; whatever comes next will.
          inputs.forEach(other -> pinAll(other, input.unknown()));
          return input;
        }
        known[i] = sets.fresh(expected);
        sets.pin(known[i], input.unknown());
      } else {
        known[i] = input.channels();
      }
    }
    List<Flow> flows = flows(inputs);
    Flow.Holder out = new Flow.Holder(flows.get(0));
    List<int[]> inner = new ArrayList<>(List.of(known));
    List<Scene.Doubt> here = new ArrayList<>();
    Scene scene =
        new Scene(
            sets,
            rules,
            what,
            preprocessor ? Map.of() : parameters.getOrDefault(owner, Map.of()),
            slots,
            here,
            flows,
            out,
            inner,
            probe);
    int[] output = rules.couple(configuration, known, scene);
    if (output == null) {
      // The rule has pinned what enters; whatever comes next knows how many channels there are.
      return new Stream(null, what + " makes channels of its own", out.get());
    }
    for (Scene.Doubt doubt : here) {
      doubts.add(doubt.channels() == null ? new Scene.Doubt(doubt.remark(), output) : doubt);
    }
    if (!preprocessor && owner.equals(silenced)) {
      out.rest(0);
      Arrays.stream(output).forEach(silent::set);
    }
    double[] rests = flows.stream().mapToDouble(Flow::rest).toArray();
    visits.add(new Visit(owner, preprocessor, inner.toArray(int[][]::new), output, rests));
    return new Stream(output, null, out.get());
  }

  /** Behind a silenced layer all is told of its channels, whatever other inputs rest at. */
  private List<Flow> flows(List<Stream> inputs) {
    List<Flow> own =
        inputs.stream()
            .filter(input -> input.channels() != null)
            .filter(input -> Arrays.stream(input.channels()).anyMatch(silent::get))
            .map(Stream::flow)
            .toList();
    boolean one = own.stream().mapToDouble(Flow::rest).distinct().count() == 1;
    return inputs.stream().map(i -> one ? i.flow().resting(own.get(0).rest()) : i.flow()).toList();
  }

  private void pinAll(Stream stream, String why) {
    if (stream.channels() != null) {
      sets.pin(stream.channels(), why);
    }
  }

  private void pinOutput(String name, Stream stream) {
    pinAll(stream, name + " is the model's output");
  }

  /** The places of a list of channels that are kept. */
  static int[] keptPlaces(int[] channels, IntPredicate kept) {
    return IntStream.range(0, channels.length).filter(i -> kept.test(channels[i])).toArray();
  }
}

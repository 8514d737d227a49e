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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What {@code MultiLayerNetwork} and {@code ComputationGraph} have in common: one flattened vector
 * of parameters, one of gradients, and updater blocks over ranges of it.
 *
 * @param <M> the model class
 */
abstract class Dl4jModel<M extends Model> implements PrunableModel {
  private static final String BLOCK = "parameters";

  private final M model;
  private final ParameterBlock block;
  private final Map<String, Layer> layerOf = new HashMap<>();

  Dl4jModel(M model, boolean initialised) {
    if (!initialised) {
      throw new IllegalStateException(
          "The %s is not initialised; call init() first"
              .formatted(model.getClass().getSimpleName()));
    }
    this.model = model;
    INDArray flat = model.params();
    if (flat == null || flat.isEmpty()) {
      throw new IllegalArgumentException(
          "The %s has no parameters, so there is nothing to prune"
              .formatted(model.getClass().getSimpleName()));
    }
    if (flat.dataType() != DataType.FLOAT && flat.dataType() != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "Parameters of type %s cannot be pruned; convert the model to FLOAT or DOUBLE with convertDataType"
              .formatted(flat.dataType()));
    }
    Map<String, INDArray> table = model.paramTable();
    List<Parameter> parameters = new ArrayList<>();
    table.forEach((name, array) -> parameters.add(describe(name, array)));
    this.block = FlatBlock.of(BLOCK, flat, table, parameters);
  }

  private Parameter describe(String name, INDArray array) {
    int separator = name.lastIndexOf('_');
    String layerKey = name.substring(0, separator);
    Layer layer = layerConfiguration(layerKey);
    layerOf.put(name, layer);
    return Dl4jParameters.describe(
        name,
        layerName(layerKey),
        layer,
        vertexType(layerKey),
        name.substring(separator + 1),
        array.shape());
  }

  /** The configuration of a layer, or null for a vertex that is none. */
  abstract Layer layerConfiguration(String layerKey);

  /** The name that users know the layer by. */
  abstract String layerName(String layerKey);

  /** The class of a vertex that is no layer. */
  abstract String vertexType(String layerKey);

  abstract Updater updater();

  /** Whether the model has made its updater yet. */
  abstract boolean hasUpdater();

  abstract INDArray flattenedGradients();

  @Override
  public abstract Collection<TrainingListener> listeners();

  /** The activations of an inference pass as DL4J lays them out, by the layer's own key. */
  abstract Map<String, INDArray> feedForward(MultiDataSet batch);

  /** The names that the model's inputs have; none by default. */
  List<String> inputNames() {
    return List.of();
  }

  /** Forward and backward pass; leaves the gradient in {@link #flattenedGradients()}. */
  abstract void computeGradients(MultiDataSet batch);

  abstract boolean sumsOverMinibatch();

  /** A DOUBLE copy whose loss is the sum of the logits, ready for synaptic flow. */
  abstract Dl4jModel<M> linearisedCopy();

  abstract INDArray[] outputs(INDArray... features);

  abstract INDArray[] outputs(MultiDataSet batch);

  /** The keys of the layers that make the model's outputs. */
  abstract List<String> outputLayerKeys();

  final M model() {
    return model;
  }

  @Override
  public final Object unwrap() {
    return model;
  }

  @Override
  public final List<Parameter> parameters() {
    return block.parameters();
  }

  @Override
  public final List<ParameterBlock> blocks() {
    return List.of(block);
  }

  @Override
  public final ParameterBlock blockOf(Parameter parameter) {
    return block;
  }

  @Override
  public final DataType dataType() {
    return block.values().dataType();
  }

  @Override
  public final List<UpdaterState> updaterStates() {
    List<UpdaterState> states = new ArrayList<>();
    for (UpdaterBlock part : ((BaseMultiLayerUpdater<?>) updater()).getUpdaterBlocks()) {
      Updaters.states(
          states,
          part.getGradientUpdater(),
          block,
          part.getParamOffsetStart(),
          part.getParamOffsetEnd());
    }
    return states;
  }

  @Override
  public final boolean hasUpdaterState() {
    return hasUpdater() && !updaterStates().isEmpty();
  }

  @Override
  public final boolean keepsZeros() {
    return SteadyZeros.in(model.conf().getOptimizationAlgo(), (BaseMultiLayerUpdater<?>) updater());
  }

  @Override
  public final INDArray rawGradient() {
    INDArray flat = flattenedGradients();
    return flat.rank() == 1 ? flat : flat.reshape(flat.length());
  }

  @Override
  public final long summedExamples() {
    return sumsOverMinibatch() ? model.batchSize() : 1;
  }

  @Override
  public final Map<String, Long> positions(MultiDataSet example) {
    Map<String, Long> positions = new LinkedHashMap<>();
    activations(example)
        .forEach(
            (key, array) ->
                positions.put(
                    layerName(key),
                    array.rank() < 2 ? 1 : array.length() / (array.size(0) * array.size(1))));
    return positions;
  }

  @Override
  public final Map<String, INDArray> activations(MultiDataSet batch, List<String> names) {
    Map<String, INDArray> all = feedForward(batch);
    List<String> inputs = inputNames();
    for (int i = 0; i < inputs.size(); i++) {
      all.put(inputs.get(i), batch.getFeatures(i));
    }
    return Dl4jOutputs.choose(all, names, this::layerName);
  }

  @Override
  public final Map<String, INDArray> activations(MultiDataSet batch) {
    Map<String, INDArray> activations = feedForward(batch);
    activations.replaceAll(
        (key, array) ->
            array.rank() == 4 && anyLayer(Dl4jParameters::isNhwc)
                ? array.permute(0, 3, 1, 2)
                : array.rank() == 3 && anyLayer(Dl4jParameters::isNwc)
                    ? array.permute(0, 2, 1)
                    : array);
    return activations;
  }

  private boolean anyLayer(Predicate<Layer> test) {
    return layerOf.values().stream().map(Dl4jParameters::unwrap).anyMatch(test);
  }

  @Override
  public final Gradients gradients(MultiDataSet batch) {
    Collection<TrainingListener> listeners = new ArrayList<>(listeners());
    double score = model.score();
    model.setListeners();
    try {
      computeGradients(batch);
      INDArray copy = rawGradient().dup();
      long examples = sumsOverMinibatch() ? batch.getFeatures(0).size(0) : 1;
      copy.divi(examples);
      Map<String, ParameterBlock> blocks =
          parameters().stream().collect(Collectors.toMap(Parameter::name, p -> block));
      return new Gradients(model.score(), blocks, Map.of(BLOCK, copy), examples);
    } finally {
      model.setListeners(listeners);
      restoreScore(score);
    }
  }

  abstract void restoreScore(double score);

  abstract double inferenceScore(MultiDataSet batch);

  @Override
  public final double loss(MultiDataSet batch) {
    double score = model.score();
    try {
      return inferenceScore(batch);
    } finally {
      restoreScore(score);
    }
  }

  @Override
  public final List<Parameter> logitParameters() {
    List<Parameter> found =
        parameters().stream()
            .filter(p -> Dl4jParameters.unwrap(layerOf.get(p.name())) instanceof BaseOutputLayer)
            .toList();
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "No output layer of this model has parameters of its own, so its logits cannot be scaled;"
              + " use temperature 1");
    }
    return found;
  }

  @Override
  public final INDArray[] logits(MultiDataSet batch) {
    List<BaseLayer> layers = new ArrayList<>();
    for (String key : outputLayerKeys()) {
      if (Dl4jParameters.unwrap(layerConfiguration(key)) instanceof BaseLayer layer) {
        layers.add(layer);
      }
    }
    return Dl4jOutputs.withoutActivations(layers, () -> outputs(batch));
  }

  @Override
  public final Gradients synapticFlow(MultiDataSet example) {
    return Dl4jFlow.of(linearisedCopy(), parameters(), example);
  }
}

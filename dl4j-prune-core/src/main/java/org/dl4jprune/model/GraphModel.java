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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The view over a {@code ComputationGraph}. */
final class GraphModel extends Dl4jModel<ComputationGraph> {

  GraphModel(ComputationGraph graph) {
    super(graph, graph.params() != null);
  }

  @Override
  Layer layerConfiguration(String layerKey) {
    return vertex(layerKey) instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : null;
  }

  private GraphVertex vertex(String name) {
    return model().getConfiguration().getVertices().get(name);
  }

  @Override
  String layerName(String layerKey) {
    return layerKey;
  }

  @Override
  String vertexType(String layerKey) {
    return vertex(layerKey).getClass().getSimpleName();
  }

  @Override
  Updater updater() {
    return model().getUpdater();
  }

  @Override
  boolean hasUpdater() {
    return model().getUpdater(false) != null;
  }

  @Override
  INDArray flattenedGradients() {
    return model().getFlattenedGradients();
  }

  @Override
  public Collection<TrainingListener> listeners() {
    return model().getListeners();
  }

  @Override
  Map<String, INDArray> feedForward(MultiDataSet batch) {
    Map<String, INDArray> values = ForwardPass.of(model(), batch.getFeatures());
    values.keySet().removeAll(model().getConfiguration().getNetworkInputs());
    return values;
  }

  @Override
  List<String> inputNames() {
    return model().getConfiguration().getNetworkInputs();
  }

  @Override
  void computeGradients(MultiDataSet batch) {
    ComputationGraph graph = model();
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    boolean masked = batch.hasMaskArrays();
    if (masked) {
      graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
    }
    graph.computeGradientAndScore();
    if (masked) {
      graph.clearLayerMaskArrays();
    }
    graph.clear();
  }

  @Override
  void restoreScore(double score) {
    model().setScore(score);
  }

  @Override
  boolean sumsOverMinibatch() {
    return model().getConfiguration().getDefaultConfiguration().isMiniBatch();
  }

  @Override
  public long iteration() {
    return model().getIterationCount();
  }

  @Override
  public long epoch() {
    return model().getEpochCount();
  }

  @Override
  public void setCounts(long iteration, long epoch) {
    model().getConfiguration().setIterationCount(Math.toIntExact(iteration));
    model().getConfiguration().setEpochCount(Math.toIntExact(epoch));
  }

  @Override
  public PrunableModel copy() {
    // Its own clone() would share the list of listeners, so that taking them off one takes them off
    // both.
    ComputationGraph copy = new ComputationGraph(GraphCopies.of(model().getConfiguration()));
    copy.init(model().params().dup(), false);
    if (hasUpdaterState()) {
      copy.getUpdater().setStateViewArray(model().getUpdater().getStateViewArray().dup());
    }
    for (var vertex : model().getVertices()) {
      if (vertex.hasLayer() && vertex.getLayer() instanceof FrozenLayer) {
        copy.getVertex(vertex.getVertexName()).setLayerAsFrozen();
      }
    }
    GraphModel view = new GraphModel(copy);
    view.setCounts(iteration(), epoch());
    return view;
  }

  @Override
  GraphModel linearisedCopy() {
    ComputationGraphConfiguration configuration = GraphCopies.of(model().getConfiguration());
    configuration.setDataType(DataType.DOUBLE);
    configuration
        .getVertices()
        .values()
        .forEach(
            vertex -> {
              vertex.setDataType(DataType.DOUBLE);
              if (vertex instanceof LayerVertex layer) {
                layer.getLayerConf().setDataType(DataType.DOUBLE);
                layer
                    .getLayerConf()
                    .setLayer(SynapticFlow.linearise(layer.getLayerConf().getLayer()));
              }
            });
    ComputationGraph copy = new ComputationGraph(configuration);
    copy.init(model().params().castTo(DataType.DOUBLE).dup(), false);
    return new GraphModel(copy);
  }

  @Override
  double inferenceScore(MultiDataSet batch) {
    return model().score(batch, false);
  }

  @Override
  List<String> outputLayerKeys() {
    return model().getConfiguration().getNetworkOutputs().stream()
        .filter(name -> model().getConfiguration().getVertices().get(name) instanceof LayerVertex)
        .toList();
  }

  @Override
  INDArray[] outputs(MultiDataSet batch) {
    return model()
        .output(
            false, batch.getFeatures(), batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
  }

  @Override
  INDArray[] outputs(INDArray... features) {
    return model().output(features);
  }
}

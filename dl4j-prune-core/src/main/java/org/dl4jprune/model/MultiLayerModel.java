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
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The view over a {@code MultiLayerNetwork}. */
final class MultiLayerModel extends Dl4jModel<MultiLayerNetwork> {

  MultiLayerModel(MultiLayerNetwork network) {
    super(network, network.isInitCalled());
  }

  @Override
  Layer layerConfiguration(String layerKey) {
    return model().getLayerWiseConfigurations().getConf(Integer.parseInt(layerKey)).getLayer();
  }

  @Override
  String layerName(String layerKey) {
    String given = layerConfiguration(layerKey).getLayerName();
    return given == null ? layerKey : given;
  }

  @Override
  String vertexType(String layerKey) {
    return layerConfiguration(layerKey).getClass().getSimpleName();
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
    Map<String, INDArray> values = ForwardPass.of(model(), batch.getFeatures(0));
    values.remove(ForwardPass.INPUT);
    return values;
  }

  @Override
  void computeGradients(MultiDataSet batch) {
    MultiLayerNetwork network = model();
    network.setInput(batch.getFeatures(0));
    network.setLabels(batch.getLabels(0));
    boolean masked = batch.hasMaskArrays();
    if (masked) {
      network.setLayerMaskArrays(batch.getFeaturesMaskArray(0), batch.getLabelsMaskArray(0));
    }
    network.computeGradientAndScore();
    if (masked) {
      network.clearLayerMaskArrays();
    }
    network.clear();
  }

  @Override
  void restoreScore(double score) {
    model().setScore(score);
  }

  @Override
  boolean sumsOverMinibatch() {
    return model().getLayerWiseConfigurations().getConf(0).isMiniBatch();
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
    model().setIterationCount(Math.toIntExact(iteration));
    model().setEpochCount(Math.toIntExact(epoch));
  }

  @Override
  public PrunableModel copy() {
    MultiLayerNetwork copy = model().clone();
    copy.setListeners();
    return new MultiLayerModel(copy);
  }

  @Override
  MultiLayerModel linearisedCopy() {
    MultiLayerConfiguration configuration = model().getLayerWiseConfigurations().clone();
    configuration.setDataType(DataType.DOUBLE);
    configuration
        .getConfs()
        .forEach(
            layer -> {
              layer.setDataType(DataType.DOUBLE);
              layer.setLayer(SynapticFlow.linearise(layer.getLayer()));
            });
    MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
    copy.init(model().params().castTo(DataType.DOUBLE).dup(), false);
    return new MultiLayerModel(copy);
  }

  @Override
  double inferenceScore(MultiDataSet batch) {
    return model()
        .score(
            new org.nd4j.linalg.dataset.DataSet(
                batch.getFeatures(0),
                batch.getLabels(0),
                first(batch.getFeaturesMaskArrays()),
                first(batch.getLabelsMaskArrays())),
            false);
  }

  @Override
  List<String> outputLayerKeys() {
    return List.of(String.valueOf(model().getnLayers() - 1));
  }

  @Override
  INDArray[] outputs(MultiDataSet batch) {
    return new INDArray[] {
      model()
          .output(
              batch.getFeatures(0),
              false,
              first(batch.getFeaturesMaskArrays()),
              first(batch.getLabelsMaskArrays()))
    };
  }

  private static INDArray first(INDArray[] masks) {
    return masks == null ? null : masks[0];
  }

  @Override
  INDArray[] outputs(INDArray... features) {
    return new INDArray[] {model().output(features[0])};
  }
}

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
package org.dl4jprune.gates;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of a gate layer, neither weights nor biases for DL4J, so that penalties on those
 * pass them by. Matrices start as N(0, 0.01²), vectors at the initial logit.
 */
final class GateParameters implements ParamInitializer {
  private static final double DEVIATION = 0.01;

  private final Map<String, long[]> shapes;
  private final DoubleSupplier initialLogit;

  GateParameters(Map<String, long[]> shapes, DoubleSupplier initialLogit) {
    this.shapes = shapes;
    this.initialLogit = initialLogit;
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return shapes.values().stream().mapToLong(GateParameters::length).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.copyOf(shapes.keySet());
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return false;
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return false;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    Map<String, INDArray> views = split(paramsView);
    views.forEach(
        (key, view) -> {
          conf.addVariable(key);
          if (initializeParams) {
            initialise(view);
          }
        });
    return views;
  }

  /** Sets the starting values of one parameter. */
  void initialise(INDArray view) {
    if (view.rank() == 2) {
      view.assign(Nd4j.randn(view.dataType(), view.shape()).muli(DEVIATION));
    } else {
      view.assign(initialLogit.getAsDouble());
    }
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return split(gradientView);
  }

  private Map<String, INDArray> split(INDArray flat) {
    INDArray vector = flat.reshape(flat.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long from = 0;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      long to = from + length(entry.getValue());
      views.put(
          entry.getKey(),
          vector.get(NDArrayIndex.interval(from, to)).reshape('c', entry.getValue()));
      from = to;
    }
    return views;
  }

  private static long length(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}

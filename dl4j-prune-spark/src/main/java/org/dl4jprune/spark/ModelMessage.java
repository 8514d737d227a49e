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
package org.dl4jprune.spark;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model on its way to the workers: its configuration as JSON with the masks inside, the live
 * values of its parameters and of its updater's state, and its counts. Serialisable, for a
 * broadcast; {@link #open} makes a model of it, as often as there are workers.
 *
 * <p>Bytes: see {@link Traffic}.
 */
public final class ModelMessage implements Serializable {
  private static final long serialVersionUID = 1;

  private final boolean graph;
  private final String configuration;
  private final INDArray parameters;
  private final INDArray updaterState;
  private final long length;
  private final long iteration;
  private final long epoch;

  private ModelMessage(
      PrunableModel view, String configuration, INDArray parameters, INDArray updaterState) {
    this.graph = view.unwrap() instanceof ComputationGraph;
    this.configuration = configuration;
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.length = view.blocks().get(0).values().length();
    this.iteration = view.iteration();
    this.epoch = view.epoch();
  }

  /**
   * Packs a model as it is now.
   *
   * @param model an initialised {@code MultiLayerNetwork} or {@code ComputationGraph} whose dead
   *     weights are zero, with their updater state at its initial value
   * @param masks masks of its parameters
   * @param withUpdater whether the updater's state travels; otherwise the other end has a new one
   * @return a copy; the model may train on
   * @throws IllegalArgumentException as {@link MaskedConfiguration#json} does
   */
  public static ModelMessage of(Model model, Masks masks, boolean withUpdater) {
    PrunableModel view = PrunableModel.ofAny(model);
    String configuration = MaskedConfiguration.json(model, masks);
    try (INDArray carried = MaskedConfiguration.vector(view, configuration);
        LiveVectors live = new LiveVectors(view, carried, withUpdater)) {
      return of(view, configuration, live);
    }
  }

  /** For who has the positions of live weights already. */
  static ModelMessage of(PrunableModel view, String configuration, LiveVectors live) {
    return new ModelMessage(view, configuration, live.parameters(), live.updaterState());
  }

  /**
   * Makes a model. Dead weights are zero and their updater state is at its initial value, and both
   * stay so at every step, as in a training that is not distributed: a listener masks the
   * gradients, and the constraints in the configuration mask the values.
   *
   * @return a new model with its masks, which is nobody else's
   */
  public WorkerModel open() {
    INDArray values = Nd4j.create(parameters.dataType(), length);
    Model model;
    if (graph) {
      ComputationGraph made =
          new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
      made.init(values, false);
      model = made;
    } else {
      MultiLayerNetwork made =
          new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
      made.init(values, false);
      model = made;
    }
    PrunableModel view = PrunableModel.ofAny(model);
    view.setCounts(iteration, epoch);
    INDArray mask = MaskedConfiguration.vector(view);
    LiveVectors live = new LiveVectors(view, mask, updaterState != null);
    live.setParameters(parameters);
    if (updaterState != null) {
      live.setUpdaterState(updaterState);
    }
    return new WorkerModel(model, view, MaskedConfiguration.read(view), live);
  }

  long parameterBytes() {
    return bytes(parameters);
  }

  long updaterBytes() {
    return bytes(updaterState);
  }

  /** The bytes of an array's values; 0 for none. */
  static long bytes(INDArray array) {
    return array == null ? 0 : array.length() * array.dataType().width();
  }
}

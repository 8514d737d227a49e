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
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** What a procedure does to the training of a model, whatever the model's class. */
public final class ModelTraining {
  private ModelTraining() {}

  /**
   * Trains on everything that an iterator has left: the model's own {@code fit}, which ends an
   * epoch.
   *
   * @param model the model
   * @param data at least one batch; a {@code MultiLayerNetwork} takes one array of features and one
   *     of labels
   */
  public static void fit(PrunableModel model, MultiDataSetIterator data) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      network.fit(data);
    } else if (model.unwrap() instanceof ComputationGraph graph) {
      graph.fit(data);
    } else {
      ((SameDiff) model.unwrap()).fit(data, 1);
    }
  }

  /**
   * Sets the clock that schedules of learning rates, momentum, dropout and pruning go by.
   *
   * @param model the model
   * @param iteration the number of steps so far
   * @param epoch the number of completed epochs
   * @throws IllegalStateException if a SameDiff graph has no training configuration to hold it
   */
  public static void setCounts(PrunableModel model, long iteration, long epoch) {
    int steps = Math.toIntExact(iteration);
    int epochs = Math.toIntExact(epoch);
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      network.setIterationCount(steps);
      network.setEpochCount(epochs);
      tell(network.getLayers(), steps, epochs);
    } else if (model.unwrap() instanceof ComputationGraph graph) {
      graph.getConfiguration().setIterationCount(steps);
      graph.getConfiguration().setEpochCount(epochs);
      tell(graph.getLayers(), steps, epochs);
    } else {
      TrainingConfig config = configured((SameDiff) model.unwrap());
      config.setIterationCount(steps);
      config.setEpochCount(epochs);
    }
  }

  // Each layer keeps a copy of the clock, which is only renewed after a step.
  private static void tell(Layer[] layers, int iteration, int epoch) {
    for (Layer layer : layers) {
      layer.setIterationCount(iteration);
      layer.setEpochCount(epoch);
    }
  }

  /**
   * Refuses a network for which one batch is several steps, so that steps cannot be counted by
   * batches.
   *
   * @param model the model
   * @throws IllegalArgumentException if it trains by truncated backpropagation through time
   */
  public static void checkOneStepPerBatch(PrunableModel model) {
    BackpropType type = BackpropType.Standard;
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      type = network.getLayerWiseConfigurations().getBackpropType();
    } else if (model.unwrap() instanceof ComputationGraph graph) {
      type = graph.getConfiguration().getBackpropType();
    }
    if (type == BackpropType.TruncatedBPTT) {
      throw new IllegalArgumentException(
          "The network trains by truncated backpropagation through time, where one batch is several steps; set backpropType to Standard and cut the sequences, or write a trainer that counts steps");
    }
  }

  /**
   * Replaces the weight decay of all weights, which is multiplied by the learning rate and applied
   * beside the updater; penalties of other kinds stay. SameDiff decays all variables.
   *
   * @param model the model, changed in place
   * @param coefficient at least 0
   * @throws IllegalArgumentException if the coefficient is out of range, or a layer with parameters
   *     takes no regularisation; then nothing has changed
   * @throws IllegalStateException if a SameDiff graph has no training configuration
   */
  public static void setWeightDecay(PrunableModel model, double coefficient) {
    if (!(coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Weight decay %s must be at least 0 and finite".formatted(coefficient));
    }
    if (model.unwrap() instanceof SameDiff graph) {
      TrainingConfig config = configured(graph);
      config.setRegularization(decayed(config.getRegularization(), coefficient));
      return;
    }
    Layer[] layers =
        model.unwrap() instanceof MultiLayerNetwork network
            ? network.getLayers()
            : ((ComputationGraph) model.unwrap()).getLayers();
    List<Runnable> changes = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer.numParams() > 0) {
        changes.add(decay(layer.conf().getLayer(), coefficient));
      }
    }
    changes.forEach(Runnable::run);
  }

  private static Runnable decay(
      org.deeplearning4j.nn.conf.layers.Layer configured, double coefficient) {
    if (configured instanceof Bidirectional both) {
      Runnable forward = decay(both.getFwd(), coefficient);
      Runnable backward = decay(both.getBwd(), coefficient);
      return () -> List.of(forward, backward).forEach(Runnable::run);
    }
    org.deeplearning4j.nn.conf.layers.Layer inner = Dl4jParameters.unwrap(configured);
    if (inner instanceof BaseLayer layer) {
      return () -> layer.setRegularization(decayed(layer.getRegularization(), coefficient));
    }
    if (inner instanceof AbstractSameDiffLayer layer) {
      return () -> layer.setRegularization(decayed(layer.getRegularization(), coefficient));
    }
    throw new IllegalArgumentException(
        "Layer %s of class %s takes no weight decay; set what it has by itself"
            .formatted(inner.getLayerName(), inner.getClass().getSimpleName()));
  }

  private static List<Regularization> decayed(List<Regularization> before, double coefficient) {
    List<Regularization> after = new ArrayList<>();
    if (before != null) {
      before.stream().filter(r -> !(r instanceof WeightDecay)).forEach(after::add);
    }
    if (coefficient > 0) {
      after.add(new WeightDecay(coefficient, true));
    }
    return after;
  }

  private static TrainingConfig configured(SameDiff graph) {
    if (graph.getTrainingConfig() == null) {
      throw new IllegalStateException(
          "The SameDiff graph has no training configuration; call setTrainingConfig first");
    }
    return graph.getTrainingConfig();
  }

  /**
   * Replaces all listeners of a model.
   *
   * @param model the model
   * @param listeners of the kind that the model's class takes
   * @throws IllegalArgumentException if one is of another kind; then nothing has changed
   */
  public static void setListeners(PrunableModel model, Collection<?> listeners) {
    boolean sameDiff = model.unwrap() instanceof SameDiff;
    Class<?> kind = sameDiff ? Listener.class : TrainingListener.class;
    for (Object listener : listeners) {
      if (!kind.isInstance(listener)) {
        throw new IllegalArgumentException(
            "%s is no %s, which a %s needs"
                .formatted(
                    listener, kind.getSimpleName(), model.unwrap().getClass().getSimpleName()));
      }
    }
    if (sameDiff) {
      ((SameDiff) model.unwrap())
          .setListeners(listeners.stream().map(Listener.class::cast).toList());
    } else {
      ((Model) model.unwrap()).setListeners(listeners.toArray(TrainingListener[]::new));
    }
  }

  /**
   * A listener that acts after each step of a training.
   *
   * @param model of which class the listener is to be
   * @param action what is done, in the training's thread
   * @return a listener that {@link #setListeners} takes
   */
  public static Object eachStep(PrunableModel model, Runnable action) {
    if (model.unwrap() instanceof SameDiff) {
      return new BaseListener() {
        @Override
        public boolean isActive(Operation operation) {
          return operation == Operation.TRAINING;
        }

        @Override
        public void iterationDone(SameDiff graph, At at, MultiDataSet batch, Loss loss) {
          action.run();
        }
      };
    }
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model trained, int iteration, int epoch) {
        action.run();
      }
    };
  }
}

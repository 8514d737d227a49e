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
package org.dl4jprune.listeners;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.slf4j.LoggerFactory;

/** Trains the three model classes alike, and looks at what comes out. */
final class Training {
  static final int BATCHES = 5;

  private Training() {}

  /** The three model classes. */
  enum Kind {
    NETWORK {
      @Override
      Object make(DataType type) {
        return Toys.mlp(new Adam(1e-2), type);
      }
    },
    GRAPH {
      @Override
      Object make(DataType type) {
        return Toys.mlp(new Adam(1e-2), type).toComputationGraph();
      }
    },
    SAME_DIFF {
      @Override
      Object make(DataType type) {
        return Toys.sameDiff(new Adam(1e-2), type);
      }
    };

    abstract Object make(DataType type);

    Object make() {
      return make(DataType.FLOAT);
    }
  }

  /** Some epochs of five batches, with these listeners and no others. */
  static void fit(Object model, int epochs, Object... listeners) {
    DataType type = PrunableModel.ofAny(model).dataType();
    ExistingDataSetIterator data = new ExistingDataSetIterator(Toys.batches(type, BATCHES));
    if (model instanceof SameDiff graph) {
      graph.setListeners(Arrays.copyOf(listeners, listeners.length, Listener[].class));
      graph.fit(data, epochs);
      return;
    }
    TrainingListener[] ofDl4j =
        Arrays.copyOf(listeners, listeners.length, TrainingListener[].class);
    if (model instanceof MultiLayerNetwork network) {
      network.setListeners(ofDl4j);
      network.fit(data, epochs);
    } else {
      ((ComputationGraph) model).setListeners(ofDl4j);
      ((ComputationGraph) model).fit(data, epochs);
    }
  }

  /** Takes all listeners off. */
  static void release(Object model) {
    if (model instanceof SameDiff graph) {
      graph.setListeners();
    } else {
      ((Model) model).setListeners();
    }
  }

  /** A listener for the model's class that is told the number of each step, from 1. */
  static Object eachStep(Object model, Consumer<Long> action) {
    if (model instanceof SameDiff) {
      return new BaseListener() {
        @Override
        public boolean isActive(Operation operation) {
          return operation == Operation.TRAINING;
        }

        @Override
        public void iterationDone(SameDiff graph, At at, MultiDataSet batch, Loss loss) {
          action.accept(at.iteration() + 1L);
        }
      };
    }
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model trained, int iteration, int epoch) {
        action.accept(iteration + 1L);
      }
    };
  }

  /** All parameters, bit for bit: INDArray.equals would let small differences pass. */
  static List<Long> bits(Object model) {
    List<Long> bits = new ArrayList<>();
    for (ParameterBlock block : PrunableModel.ofAny(model).blocks()) {
      bits.addAll(bits(block.values()));
    }
    return bits;
  }

  static List<Long> bits(INDArray array) {
    INDArray flat = array.castTo(DataType.DOUBLE).dup('c');
    return Arrays.stream(flat.reshape(flat.length()).toDoubleVector())
        .mapToObj(Double::doubleToRawLongBits)
        .toList();
  }

  static double[] mask(PruningListener listener, Parameter parameter) {
    return parameter
        .asMatrix(listener.masks().of(parameter))
        .dup('c')
        .reshape(parameter.length())
        .castTo(DataType.DOUBLE)
        .toDoubleVector();
  }

  static List<DataSet> batches(Object model) {
    return Toys.batches(PrunableModel.ofAny(model).dataType(), BATCHES);
  }

  /** What a class of this library has to say while an action runs. */
  static List<String> warnings(Class<?> speaker, Runnable action) {
    return warnings(LoggerFactory.getLogger(speaker), action);
  }

  /** What a class or package has to say while an action runs. */
  static List<String> warnings(org.slf4j.Logger speaker, Runnable action) {
    Logger logger = (Logger) speaker;
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      action.run();
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}

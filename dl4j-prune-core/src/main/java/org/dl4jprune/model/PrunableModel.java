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
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * One view over the three model classes. It holds no copy of the model: values, updater state and
 * counters are the model's own.
 */
public interface PrunableModel {

  /**
   * A view of a network.
   *
   * @param network an initialised network with FLOAT or DOUBLE parameters
   * @return the view
   * @throws IllegalStateException if {@code init()} was not called
   * @throws IllegalArgumentException if the parameters are not FLOAT or DOUBLE
   */
  static PrunableModel of(MultiLayerNetwork network) {
    return new MultiLayerModel(network);
  }

  /**
   * A view of a graph.
   *
   * @param graph an initialised graph with FLOAT or DOUBLE parameters
   * @return the view
   * @throws IllegalStateException if {@code init()} was not called
   * @throws IllegalArgumentException if the parameters are not FLOAT or DOUBLE
   */
  static PrunableModel of(ComputationGraph graph) {
    return new GraphModel(graph);
  }

  /**
   * A view of a SameDiff graph; its parameters are the variables of type VARIABLE.
   *
   * @param graph a graph whose variables are FLOAT or DOUBLE
   * @return the view
   * @throws IllegalArgumentException if no variable is FLOAT or DOUBLE
   */
  static PrunableModel of(SameDiff graph) {
    return new SameDiffModel(graph);
  }

  /**
   * A view of a model whose class is only known when the program runs.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return the view
   * @throws IllegalArgumentException if it is none of the three
   */
  static PrunableModel ofAny(Object model) {
    if (model instanceof MultiLayerNetwork network) {
      return of(network);
    }
    if (model instanceof ComputationGraph graph) {
      return of(graph);
    }
    if (model instanceof SameDiff graph) {
      return of(graph);
    }
    throw new IllegalArgumentException(
        "A prunable model is a MultiLayerNetwork, ComputationGraph or SameDiff, not %s"
            .formatted(model == null ? "null" : model.getClass().getName()));
  }

  /**
   * The model itself.
   *
   * @return the object that the view was made of
   */
  Object unwrap();

  /**
   * What listens to the model's training.
   *
   * @return the model's own listeners
   */
  Collection<?> listeners();

  /**
   * All parameters, running statistics and frozen ones included.
   *
   * @return in the order in which the model stores them
   */
  List<Parameter> parameters();

  /**
   * The arrays that hold the parameters.
   *
   * @return in the order in which the model stores them
   */
  List<ParameterBlock> blocks();

  /**
   * The block that holds a parameter.
   *
   * @param parameter a parameter of this model
   * @return the block
   */
  ParameterBlock blockOf(Parameter parameter);

  /**
   * The values of a parameter.
   *
   * @param parameter a parameter of this model
   * @return the live array, of the parameter's shape
   */
  default INDArray values(Parameter parameter) {
    ParameterBlock block = blockOf(parameter);
    return block.view(block.values(), parameter);
  }

  /**
   * The type of the parameters.
   *
   * @return FLOAT or DOUBLE
   */
  DataType dataType();

  /**
   * The state arrays of the updater; it is created if the model was not trained yet.
   *
   * @return the live arrays; empty for updaters without state
   */
  List<UpdaterState> updaterStates();

  /**
   * Whether the updater has state yet. DL4J makes it at the first step, or when it is asked for.
   *
   * @return false for a model that was not trained, and for updaters without state
   */
  default boolean hasUpdaterState() {
    return !updaterStates().isEmpty();
  }

  /**
   * Whether a training step leaves a weight at exactly zero if its gradient is zero and its updater
   * state at its initial value. True for stochastic gradient descent with ND4J's own updaters,
   * penalties and constraints; false if one of them is of another class.
   *
   * @return whether masking gradients alone keeps dead weights at zero
   */
  boolean keepsZeros();

  /**
   * The raw gradient of the step that is under way, of the first block. In DL4J it is the sum over
   * the minibatch; writing to it changes the step.
   *
   * @return the live vector
   * @throws IllegalStateException if the model announces gradients by variable, as SameDiff does
   */
  INDArray rawGradient();

  /**
   * Over how many examples the raw gradient of the step that is under way is a sum: divided by it,
   * it is the gradient of the loss.
   *
   * @return the size of the minibatch in DL4J, and 1 in SameDiff, whose losses say how they reduce
   */
  default long summedExamples() {
    return 1;
  }

  /**
   * The number of training steps so far.
   *
   * @return zero before training
   */
  long iteration();

  /**
   * The number of completed epochs.
   *
   * @return zero before training
   */
  long epoch();

  /**
   * Sets the counts, as when a training goes on from a file; a SameDiff graph without a training
   * configuration has none.
   *
   * @param iteration the number of training steps so far
   * @param epoch the number of completed epochs
   */
  void setCounts(long iteration, long epoch);

  /**
   * At how many positions each layer computes its outputs for one example: 1 for dense layers,
   * height times width of the output for convolutions, time steps for recurrent layers. Times the
   * number of weights this is the number of multiply-accumulates. Runs one forward pass.
   *
   * @param example one batch, of which the features are used
   * @return the number by the name of each layer that has an activation
   */
  Map<String, Long> positions(MultiDataSet example);

  /**
   * What each layer and vertex puts out in an inference pass, channels on axis 1. Masks are not
   * used. In SameDiff only products and convolutions with a parameter are seen.
   *
   * @param batch features
   * @return arrays of shape [examples, channels, positions …] by the number of the layer, the name
   *     of the vertex, or the variable that the op puts out
   */
  Map<String, INDArray> activations(MultiDataSet batch);

  /**
   * Chosen activations of an inference pass, in the model's own layout. Masks of the batch are not
   * used, and labels are not needed.
   *
   * @param batch one batch, of which the features are used
   * @param names layers by name or number, vertices and network inputs, or SameDiff variables
   * @return the activations by name, in the order of the names
   * @throws IllegalArgumentException if the model has no activation of such a name
   */
  Map<String, INDArray> activations(MultiDataSet batch, List<String> names);

  /**
   * Loss and gradient on a batch. Parameters, updater state, counters and listeners are left alone;
   * layers run in training mode.
   *
   * @param batch features and labels, with masks where the model needs them
   * @return copies, to be closed by the caller
   */
  Gradients gradients(MultiDataSet batch);

  /**
   * An independent copy without listeners.
   *
   * @return a view of a new model of the same class with equal parameters, updater state and
   *     counters
   */
  PrunableModel copy();

  /**
   * The parameters that turn the last hidden activations into logits, linearly.
   *
   * @return the parameters of all output layers
   * @throws IllegalStateException if they cannot be told from the model
   */
  List<Parameter> logitParameters();

  /**
   * The loss of a batch at inference: running statistics, no dropout; with the penalties of the
   * model's own regularisation where the model class adds them.
   *
   * @param batch features and labels, with masks where the model needs them
   * @return the mean over the examples
   */
  double loss(MultiDataSet batch);

  /**
   * The model's outputs at inference in front of the activation of its output layers.
   *
   * @param batch features, with masks where the model needs them; labels are not used
   * @return one new array for each output, [examples, outputs] or [examples, outputs, positions …]
   * @throws IllegalStateException if they cannot be told from the model
   */
  INDArray[] logits(MultiDataSet batch);

  /**
   * The gradient of R = 1ᵀ·net(|W|)·1 on an all-ones input: the network with absolute weights, zero
   * biases, normalisations at inference, no dropout, and no output activation or loss.
   *
   * @param example one batch, of which only the shapes of the features are used
   * @return the gradient with respect to |W|, in DOUBLE, and R as the loss; closed by the caller
   * @throws IllegalStateException if the output in front of the loss cannot be told from the model
   * @see <a href="https://arxiv.org/abs/2006.05467">Tanaka et al., NeurIPS 2020, equation 3</a>
   */
  Gradients synapticFlow(MultiDataSet example);
}

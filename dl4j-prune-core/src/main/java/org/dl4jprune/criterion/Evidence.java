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
package org.dl4jprune.criterion;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a criterion may know: the model, the parameters to score, the gradient of the current
 * training step or batches to compute gradients on, what was remembered of earlier steps, and a
 * seed.
 */
public final class Evidence implements AutoCloseable {
  private final PrunableModel model;
  private final Layout layout;
  private final List<MultiDataSet> batches;
  private final Function<Parameter, INDArray> stepGradient;
  private final Memory memory;
  private final long seed;
  private Gradients mean;

  private Evidence(
      PrunableModel model,
      Layout layout,
      List<MultiDataSet> batches,
      Function<Parameter, INDArray> stepGradient,
      Memory memory,
      long seed) {
    this.model = Objects.requireNonNull(model);
    this.layout = Objects.requireNonNull(layout);
    this.batches = List.copyOf(batches);
    this.stepGradient = stepGradient;
    this.memory = memory;
    this.seed = seed;
  }

  /**
   * Evidence outside of training.
   *
   * @param model the model
   * @param layout the parameters to score
   * @param batches data for criteria that need gradients; may be empty
   * @param seed of random criteria
   * @return the evidence, to be closed
   */
  public static Evidence of(
      PrunableModel model, Layout layout, List<MultiDataSet> batches, long seed) {
    return new Evidence(model, layout, batches, null, new Memory(), seed);
  }

  /**
   * Evidence within a training step.
   *
   * @param model the model
   * @param layout the parameters to score
   * @param stepGradient the raw gradient of the current step by parameter
   * @param memory what criteria remember of earlier steps; stays open
   * @param seed of random criteria
   * @return the evidence
   */
  public static Evidence ofStep(
      PrunableModel model,
      Layout layout,
      Function<Parameter, INDArray> stepGradient,
      Memory memory,
      long seed) {
    return new Evidence(model, layout, List.of(), stepGradient, memory, seed);
  }

  /**
   * The model.
   *
   * @return the view
   */
  public PrunableModel model() {
    return model;
  }

  /**
   * The parameters to score.
   *
   * @return their layout
   */
  public Layout layout() {
    return layout;
  }

  /**
   * What was remembered of earlier steps.
   *
   * @return the live memory
   */
  public Memory memory() {
    return memory;
  }

  /**
   * The run's seed.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * The values of a parameter.
   *
   * @param parameter a parameter of the model
   * @return the live array; must not be changed
   */
  public INDArray values(Parameter parameter) {
    return model.values(parameter);
  }

  /**
   * What a criterion has gathered by {@link Criterion#observe} over the steps so far.
   *
   * @param name what the memory holds
   * @param parameter a parameter of the model
   * @param criterion who asks, for the message
   * @return the live array, of the parameter's shape; must not be changed
   * @throws IllegalStateException if no step was observed
   */
  public INDArray remembered(String name, Parameter parameter, Criterion criterion) {
    ParameterBlock block = model.blockOf(parameter);
    if (!memory.has(name, block)) {
      throw new IllegalStateException(
          "%s scores parameter %s by what it observes during training, and has seen no step yet"
              .formatted(criterion, parameter.name()));
    }
    return block.view(memory.of(name, block), parameter);
  }

  /**
   * The gradient of the loss: the raw one of the current training step, or the mean over the
   * batches.
   *
   * @param parameter a parameter of the model
   * @return an array of the parameter's shape; must not be changed
   * @throws IllegalStateException if there is neither a step nor a batch
   */
  public INDArray gradient(Parameter parameter) {
    if (stepGradient != null) {
      return stepGradient.apply(parameter);
    }
    if (mean == null) {
      mean = meanGradients(model);
    }
    return mean.of(parameter);
  }

  /**
   * The mean gradient over the batches at another point.
   *
   * @param at a copy of the model with other values
   * @return the mean over all examples, to be closed by the caller
   * @throws IllegalStateException if there is no batch
   */
  public Gradients meanGradients(PrunableModel at) {
    long examples = 0;
    Gradients sum = null;
    for (MultiDataSet batch : batches()) {
      long size = batch.getFeatures(0).size(0);
      Gradients next = at.gradients(batch);
      examples += size;
      sum = sum == null ? next.scaled(size) : sum.plus(next, size);
    }
    return sum.scaled(1.0 / examples);
  }

  /**
   * The data to compute gradients on.
   *
   * @return at least one batch
   * @throws IllegalStateException if there is none
   */
  public List<MultiDataSet> batches() {
    if (batches.isEmpty()) {
      throw new IllegalStateException(
          "This criterion computes gradients and was given no data; pass batches to the pruner");
    }
    return batches;
  }

  /**
   * Whether there are data to compute gradients on.
   *
   * @return false where {@link #batches()} would fail
   */
  public boolean hasBatches() {
    return !batches.isEmpty();
  }

  /**
   * Places an array for each parameter into one vector.
   *
   * @param score gives an array of the parameter's shape; it is closed unless it is a view
   * @return rank 1, in flat order, of the model's type
   */
  public INDArray gather(Function<Parameter, INDArray> score) {
    return gather(score, true);
  }

  /**
   * Copies an array of each parameter into one vector.
   *
   * @param live gives an array of the parameter's shape; it stays open
   * @return rank 1, in flat order, of the model's type
   */
  public INDArray copy(Function<Parameter, INDArray> live) {
    return gather(live, false);
  }

  private INDArray gather(Function<Parameter, INDArray> array, boolean owned) {
    INDArray vector = Nd4j.createUninitialized(model.dataType(), layout.length());
    for (Parameter parameter : layout.parameters()) {
      INDArray values = array.apply(parameter);
      layout.matrix(vector, parameter).assign(parameter.asMatrix(values));
      if (owned && values.closeable()) {
        values.close();
      }
    }
    return vector;
  }

  @Override
  public void close() {
    if (mean != null) {
      mean.close();
    }
    if (stepGradient == null) {
      memory.close();
    }
  }
}

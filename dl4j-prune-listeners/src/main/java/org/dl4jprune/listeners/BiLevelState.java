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

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Role;
import org.dl4jprune.training.Snapshot;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The dense weights, their scores and the mask between them, as vectors of the pruned parameters;
 * the model itself holds the masked weights.
 */
final class BiLevelState implements AutoCloseable {
  private final PrunableModel model;
  private final Layout layout;
  private final double momentum;
  private final boolean squares;
  private final INDArray weights;
  private final INDArray scores;
  private final INDArray weightVelocity;
  private final INDArray scoreVelocity;
  private INDArray mask;
  private final Map<Parameter, INDArray> otherVelocities = new LinkedHashMap<>();

  /**
   * The state before the first step.
   *
   * @param model trains
   * @param layout the pruned parameters
   * @param momentum of weights and scores
   * @param squares whether units are ranked by the sum of squares of their scores, which is the
   *     order of their L2 norms
   */
  BiLevelState(PrunableModel model, Layout layout, double momentum, boolean squares) {
    this.squares = squares;
    this.model = model;
    this.layout = layout;
    this.momentum = momentum;
    Finite.check("weights", layout.parameters(), model::values);
    this.weights = Nd4j.createUninitialized(model.dataType(), layout.length());
    for (Parameter p : layout.parameters()) {
      of(weights, p).assign(model.values(p));
    }
    this.scores = weights.dup();
    this.weightVelocity = weights.like();
    this.scoreVelocity = weights.like();
    this.mask = weights.ulike().assign(1);
    List<Parameter> pruned = layout.parameters();
    for (Parameter p : model.parameters()) {
      if (p.trainable() && !pruned.contains(p)) {
        otherVelocities.put(p, model.values(p).like());
      }
    }
  }

  /** The part of a vector that belongs to a parameter, in the parameter's shape. */
  private INDArray of(INDArray vector, Parameter parameter) {
    return parameter.fromFlat(layout.flat(vector, parameter));
  }

  /** What the masks are ranked by. */
  INDArray ranking() {
    return squares ? scores.mul(scores) : Transforms.abs(scores, true);
  }

  INDArray mask() {
    return mask;
  }

  /** Takes a new mask over, and lets the model run with the weights that it keeps. */
  void mask(INDArray next) {
    mask.close();
    mask = next;
    for (Parameter p : layout.parameters()) {
      model.values(p).assign(of(weights, p)).muli(of(mask, p));
    }
  }

  /** v ← μv + m⊙g + decay·θ, θ ← θ − rate·v; everything that is not pruned follows its gradient. */
  void weightStep(MultiDataSet batch, double rate, double decay) {
    try (Gradients gradients = model.gradients(batch)) {
      INDArray gradient = gather(gradients);
      gradient.muli(mask);
      if (decay > 0) {
        gradient.addi(weights.mul(decay));
      }
      weightVelocity.muli(momentum).addi(gradient);
      weights.subi(weightVelocity.mul(rate));
      gradient.close();
      otherVelocities.forEach(
          (p, velocity) -> {
            velocity.muli(momentum).addi(gradients.of(p));
            model.values(p).subi(velocity.mul(rate));
          });
      for (Parameter p : model.parameters()) {
        INDArray change = p.role() == Role.NORM_STATISTIC ? gradients.ofStatistic(p) : null;
        if (change != null) {
          model.values(p).subi(change);
        }
      }
    }
    for (Parameter p : layout.parameters()) {
      model.values(p).assign(of(weights, p)).muli(of(mask, p));
    }
  }

  /** s ← s − rate·v with v of sign(s) ⊙ (θ − λ·m⊙g) ⊙ g, where sign(0) = 1. */
  void scoreStep(MultiDataSet batch, double rate, double lambda) {
    try (Gradients gradients = model.gradients(batch)) {
      INDArray gradient = gather(gradients);
      INDArray change = implicitGradient(weights, mask, gradient, lambda);
      INDArray signs = scores.gte(0).castTo(scores.dataType()).muli(2).subi(1);
      scoreVelocity.muli(momentum).addi(change.muli(signs));
      scores.subi(scoreVelocity.mul(rate));
      List.of(gradient, change, signs).forEach(INDArray::close);
    }
  }

  /** The derivative of the loss with respect to the mask: (θ − λ·m⊙g) ⊙ g. */
  static INDArray implicitGradient(
      INDArray weights, INDArray mask, INDArray gradient, double lambda) {
    return mask.mul(gradient).muli(-lambda).addi(weights).muli(gradient);
  }

  private INDArray gather(Gradients gradients) {
    Finite.check("gradients", layout.parameters(), gradients::of);
    if (!otherVelocities.isEmpty()) {
      Finite.check("gradients", List.copyOf(otherVelocities.keySet()), gradients::of);
    }
    INDArray vector = weights.ulike();
    for (Parameter p : layout.parameters()) {
      of(vector, p).assign(gradients.of(p));
    }
    return vector;
  }

  PrunableModel model() {
    return model;
  }

  INDArray scores() {
    return scores;
  }

  INDArray weights() {
    return weights;
  }

  /** The vectors and the momenta of everything that is not pruned. */
  private Map<String, INDArray> live() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("weights", weights);
    arrays.put("scores", scores);
    arrays.put("velocity of weights", weightVelocity);
    arrays.put("velocity of scores", scoreVelocity);
    otherVelocities.forEach((p, velocity) -> arrays.put("velocity of " + p.name(), velocity));
    return arrays;
  }

  /** Writes all but the mask, which follows from the scores, and with it the random numbers. */
  void writeTo(DataOutputStream out) throws IOException {
    try (Snapshot state = Snapshot.of(model)) {
      state.writeTo(out);
    }
    byte[] arrays = NamedArrays.write(live());
    out.writeInt(arrays.length);
    out.write(arrays);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @throws IllegalArgumentException if it is the state of another model; then nothing has changed
   */
  void readFrom(DataInputStream in) throws IOException {
    try (Snapshot state = Snapshot.readFrom(in)) {
      state.restoreValues(model);
      state.restoreClock(model);
    }
    Map<String, INDArray> arrays = NamedArrays.read(in.readNBytes(in.readInt()));
    live().forEach((name, array) -> array.assign(arrays.get(name)));
    arrays.values().forEach(INDArray::close);
  }

  @Override
  public void close() {
    List.of(weights, scores, weightVelocity, scoreVelocity, mask).forEach(INDArray::close);
    otherVelocities.values().forEach(INDArray::close);
  }
}

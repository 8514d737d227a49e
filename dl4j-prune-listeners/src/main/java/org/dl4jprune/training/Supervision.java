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
package org.dl4jprune.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a trainer and checks that it did what a procedure relies on. */
public final class Supervision {
  private Supervision() {}

  /**
   * Trains a model with listeners of the procedure, and takes them off again.
   *
   * @param trainer the user's training
   * @param model the model, whose iteration count is set to the beginning of the span
   * @param span which steps
   * @param listeners of the procedure
   * @param masks what must be zero afterwards, or null
   * @throws IllegalStateException if the trainer returned another model, changed a class or shape,
   *     ended at another iteration, or brought dead weights back; the message names what changed
   */
  public static void train(
      Trainer trainer, PrunableModel model, Span span, Collection<?> listeners, Masks masks) {
    List<Parameter> before = model.parameters();
    Collection<?> own = List.copyOf(model.listeners());
    ModelTraining.setCounts(model, span.from(), model.epoch());
    List<Object> all = new ArrayList<>(own);
    all.addAll(listeners);
    ModelTraining.setListeners(model, all);
    Object returned;
    try {
      returned = trainer.train(model.unwrap(), span);
    } finally {
      ModelTraining.setListeners(model, own);
    }
    checkClass(model.unwrap(), returned);
    PrunableModel after = PrunableModel.ofAny(returned);
    checkParameters(before, after.parameters());
    if (returned != model.unwrap()) {
      throw new IllegalStateException(
          "The trainer returned another %s than it was given; train the one that is given"
              .formatted(returned.getClass().getSimpleName()));
    }
    if (after.iteration() != span.to()) {
      throw new IllegalStateException(
          "The trainer was to train from iteration %d to %d and left the model at %d; each batch must be one step"
              .formatted(span.from(), span.to(), after.iteration()));
    }
    if (masks != null) {
      checkZeros(after, masks);
    }
  }

  private static void checkClass(Object given, Object returned) {
    if (returned == null || returned.getClass() != given.getClass()) {
      throw new IllegalStateException(
          "The trainer was given a %s and returned %s; it must return the model it was given"
              .formatted(
                  given.getClass().getSimpleName(),
                  returned == null ? "null" : "a " + returned.getClass().getSimpleName()));
    }
  }

  private static void checkParameters(List<Parameter> before, List<Parameter> after) {
    List<String> names = after.stream().map(Parameter::name).toList();
    for (Parameter old : before) {
      int at = names.indexOf(old.name());
      if (at < 0) {
        throw new IllegalStateException(
            "The trainer changed the model: parameter %s is gone; there are %s"
                .formatted(old.name(), names));
      }
      Parameter now = after.get(at);
      if (!Arrays.equals(old.shape(), now.shape())) {
        throw new IllegalStateException(
            "The trainer changed the model: parameter %s has shape %s instead of %s"
                .formatted(old.name(), Arrays.toString(now.shape()), Arrays.toString(old.shape())));
      }
    }
    if (after.size() != before.size()) {
      throw new IllegalStateException(
          "The trainer changed the model: it has %d parameters instead of %d: %s"
              .formatted(after.size(), before.size(), names));
    }
  }

  private static void checkZeros(PrunableModel model, Masks masks) {
    List<Parameter> pruned = masks.layout().parameters();
    List<INDArray> revived =
        pruned.stream()
            .map(p -> masks.of(p).rsub(1).muli(model.values(p)).norm1().reshape(1))
            .toList();
    double[] sums = HostReads.vector(Nd4j.concat(0, revived.toArray(INDArray[]::new)));
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] != 0 && !Double.isNaN(sums[i])) {
        throw new IllegalStateException(
            "The trainer brought dead weights of %s back; leave the listeners of the model as they are"
                .formatted(pruned.get(i).name()));
      }
    }
  }
}

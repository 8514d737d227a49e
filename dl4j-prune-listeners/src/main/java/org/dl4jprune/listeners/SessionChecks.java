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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.schedule.ScheduleUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a session must know of a model before it changes it. */
final class SessionChecks {
  private SessionChecks() {}

  static void schedule(Pruning pruning, PrunableModel model) {
    long now = pruning.unit() == ScheduleUnit.EPOCH ? model.epoch() : model.iteration();
    if (pruning.lastUpdate() > 0 && now >= pruning.lastUpdate()) {
      throw new IllegalStateException(
          ("%s ends at %s %d, but the model has already trained to %d; start the schedule at the"
                  + " model's own count or attach the listener earlier")
              .formatted(
                  pruning.name(),
                  pruning.unit().name().toLowerCase(Locale.ROOT),
                  pruning.lastUpdate(),
                  now));
    }
  }

  static void trainable(Pruning pruning, Layout layout) {
    layout.parameters().stream()
        .filter(p -> !p.trainable())
        .findFirst()
        .ifPresent(
            p -> {
              throw new IllegalArgumentException(
                  "%s needs gradients and parameter %s is frozen; exclude it"
                      .formatted(pruning.name(), p.name()));
            });
  }

  /** The parameters that masks belong to, in the order of the masks. */
  static Layout layoutOf(PackedMasks masks, PrunableModel model) {
    Map<String, Parameter> byName = new LinkedHashMap<>();
    model.parameters().forEach(parameter -> byName.put(parameter.name(), parameter));
    List<Parameter> parameters = new ArrayList<>();
    masks
        .lengths()
        .forEach(
            (name, length) -> {
              Parameter parameter = byName.get(name);
              if (parameter == null || parameter.length() != length) {
                throw new IllegalArgumentException(
                    "A mask of %d weights belongs to parameter %s, and the model has %s; give the model that was saved with these masks"
                        .formatted(
                            length,
                            name,
                            parameter == null ? "no such parameter" : parameter.length()));
              }
              parameters.add(parameter);
            });
    return new Layout(parameters);
  }

  /** How many values of each parameter are not zero although the mask is. */
  static long[] alive(Masks masks, PrunableModel model) {
    List<INDArray> products = new ArrayList<>();
    for (Parameter parameter : masks.layout().parameters()) {
      INDArray dead = masks.of(parameter).rsub(1);
      products.add(dead.muli(model.values(parameter)));
    }
    long[] counts = Masks.countOnes(products);
    products.forEach(INDArray::close);
    return counts;
  }

  /** Refuses masks of another model. */
  static void dead(Masks masks, PrunableModel model) {
    long[] alive = alive(masks, model);
    for (int i = 0; i < alive.length; i++) {
      if (alive[i] > 0) {
        throw new IllegalArgumentException(
            "%d weights of %s are not zero where the mask is; give the model that was saved with these masks"
                .formatted(alive[i], masks.layout().parameters().get(i).name()));
      }
    }
  }
}

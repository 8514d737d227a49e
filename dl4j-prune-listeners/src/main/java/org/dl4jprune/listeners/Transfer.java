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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.report.PruningReport;
import org.dl4jprune.transform.Pruned;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The masks of one model on another that was made of it. */
final class Transfer {
  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  private Transfer() {}

  static Pruned of(String method, Masks masks, PrunableModel model) {
    List<Parameter> remaining = new ArrayList<>();
    Map<String, String> dropped = new LinkedHashMap<>();
    Map<String, Parameter> there =
        model.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    for (Parameter mine : masks.layout().parameters()) {
      Parameter theirs = there.get(mine.name());
      if (theirs == null || !Arrays.equals(theirs.shape(), mine.shape())) {
        dropped.put(mine.name(), "there is no such parameter any more");
      } else {
        remaining.add(theirs);
      }
    }
    if (!remaining.isEmpty()) {
      Masks all = copy(masks, model, remaining);
      long[] alive = SessionChecks.alive(all, model);
      List<Parameter> candidates = List.copyOf(remaining);
      for (int i = 0; i < alive.length; i++) {
        if (alive[i] > 0) {
          dropped.put(candidates.get(i).name(), "its values are new");
          remaining.remove(candidates.get(i));
        }
      }
      all.close();
    }
    dropped.forEach((name, reason) -> LOG.warn("{}: mask of {} dropped, {}", method, name, reason));
    if (remaining.isEmpty()) {
      throw new IllegalArgumentException(
          "Of the pruned parameters %s none remains in the new model, so there is nothing to keep"
              .formatted(dropped.keySet()));
    }
    Masks kept = copy(masks, model, remaining);
    kept.applyToUpdaterState();
    double sparsity = 1 - (double) Arrays.stream(kept.kept()).sum() / kept.layout().length();
    return new Pruned(model, kept, PruningReport.of(method, sparsity, kept, Map.of(), List.of()));
  }

  private static Masks copy(Masks masks, PrunableModel model, List<Parameter> parameters) {
    Masks copy = Masks.dense(model, new Layout(parameters));
    Map<String, Parameter> mine =
        masks.layout().parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    parameters.forEach(p -> copy.of(p).assign(masks.of(mine.get(p.name()))));
    return copy;
  }
}

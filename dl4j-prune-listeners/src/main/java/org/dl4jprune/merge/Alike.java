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
package org.dl4jprune.merge;

import java.util.Arrays;
import java.util.List;
import org.dl4jprune.method.Finite;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What models must have in common to be mixed. */
final class Alike {
  private static final Logger LOG = LoggerFactory.getLogger(Alike.class);

  private Alike() {}

  /**
   * Checks class, names, shapes and kinds of layers.
   *
   * @throws IllegalArgumentException if they differ; the first parameter that does is named
   */
  static void check(PrunableModel first, PrunableModel part) {
    String one = first.unwrap().getClass().getSimpleName();
    String other = part.unwrap().getClass().getSimpleName();
    if (!one.equals(other)) {
      throw new IllegalArgumentException(
          "A soup mixes models of one class, not a %s and a %s".formatted(one, other));
    }
    List<Parameter> expected = first.parameters();
    List<Parameter> found = part.parameters();
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      Parameter here = i < expected.size() ? expected.get(i) : null;
      Parameter there = i < found.size() ? found.get(i) : null;
      if (here == null || !here.equals(there)) {
        throw new IllegalArgumentException(
            "Models of a soup must be of one architecture; where one has %s, another has %s"
                .formatted(describe(here), describe(there)));
      }
    }
  }

  private static String describe(Parameter parameter) {
    return parameter == null
        ? "no further parameter"
        : "%s %s of a %s"
            .formatted(parameter.name(), Arrays.toString(parameter.shape()), parameter.layerType());
  }

  /** Whether a model can be mixed; one that diverged is warned of by its name. */
  static boolean finite(PrunableModel model, String name) {
    try {
      Finite.check("weights", model.parameters(), model::values);
      return true;
    } catch (IllegalStateException e) {
      LOG.warn("{} is left out of the soup: {}", name, e.getMessage());
      return false;
    }
  }
}

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
package org.dl4jprune.method;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/** Writes and reads a {@link Pruning} as text. */
final class PruningText {
  static final ObjectMapper JSON = new ObjectMapper();
  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private PruningText() {}

  static String write(ObjectMapper mapper, Pruning pruning) {
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(pruning);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s has a part that is no record of values, such as a lambda, and cannot be written"
              .formatted(pruning.name()),
          e);
    }
  }

  static Pruning read(ObjectMapper mapper, String text) {
    try {
      return mapper.readValue(text, Pruning.class);
    } catch (ValueInstantiationException e) {
      // Our own checks speak more clearly than the reader's wrapping of them.
      throw new IllegalArgumentException(e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "This is no pruning configuration: " + e.getOriginalMessage(), e);
    }
  }
}

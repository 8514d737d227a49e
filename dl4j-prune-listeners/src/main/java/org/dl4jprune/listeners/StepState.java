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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.io.RandomState;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a method that acts at every step knows between two steps, beside the model.
 *
 * @param head what is written as JSON
 * @param arrays by name; owned by whoever made this
 */
record StepState(Head head, Map<String, INDArray> arrays) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private static final String HEAD = "step.json";
  private static final String ARRAYS = "step.bin";

  /**
   * The numbers.
   *
   * @param version of this format
   * @param method whose state it is
   * @param settings all that the next steps depend on, as text
   * @param iteration how many steps the model has had
   * @param epoch how many epochs it has completed
   * @param random where the random numbers of the training thread stand
   */
  record Head(
      int version, String method, String settings, long iteration, long epoch, RandomState random) {
    Head(String method, String settings, long iteration, long epoch) {
      this(VERSION, method, settings, iteration, epoch, RandomState.now());
    }
  }

  /** The entries of a model file. */
  Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try {
      entries.put(HEAD, JSON.writeValueAsBytes(head));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Numbers and names can always be written", e);
    }
    entries.put(ARRAYS, NamedArrays.write(arrays));
    return entries;
  }

  /**
   * Reads what {@link #entries} has given.
   *
   * @throws IOException if an entry is missing, damaged or of another version
   */
  static StepState of(Map<String, byte[]> entries) throws IOException {
    if (!entries.containsKey(HEAD) || !entries.containsKey(ARRAYS)) {
      throw new IOException(
          "it holds no method that acts at every step; a pruning with masks goes on with PruningListener.load");
    }
    Head head = JSON.readValue(entries.get(HEAD), Head.class);
    if (head.version() != VERSION) {
      throw new IOException(
          "its state is of version %d; this library reads version %d"
              .formatted(head.version(), VERSION));
    }
    return new StepState(head, NamedArrays.read(entries.get(ARRAYS)));
  }

  /**
   * Checks that a session can take this over.
   *
   * @param method the session's
   * @param settings the session's
   * @param live the arrays that the session has, by name; all of them must be here
   * @throws IllegalArgumentException if it cannot
   */
  void check(String method, String settings, Map<String, INDArray> live) {
    if (!head.method().equals(method) || !head.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "The file holds %s with %s, not %s with %s; build it with the same settings"
              .formatted(head.method(), head.settings(), method, settings));
    }
    live.forEach(
        (name, array) -> {
          INDArray stored = arrays.get(name);
          if (stored == null
              || stored.dataType() != array.dataType()
              || !Arrays.equals(stored.shape(), array.shape())) {
            throw new IllegalArgumentException(
                "The file was saved with another model: it has %s for the %s of %s"
                    .formatted(
                        stored == null ? "nothing" : Arrays.toString(stored.shape()),
                        Arrays.toString(array.shape()),
                        name));
          }
        });
  }
}

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
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.io.MaskBytes;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.Pruning;
import org.dl4jprune.report.PruningReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * All that a session knows between two steps, so that another one can go on.
 *
 * @param pruning the configuration
 * @param counts how far the model was
 * @param masks the masks; their order is that of the layout, which breaks ties
 * @param memory what criteria and regrowths remember, by key; copies
 */
record SessionState(Pruning pruning, Counts counts, PackedMasks masks, Map<String, INDArray> memory)
    implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private static final String CONFIGURATION = "pruning.json";
  private static final String COUNTS = "state.json";
  private static final String MASKS = "masks.bin";
  private static final String MEMORY = "memory.bin";

  /**
   * The numbers.
   *
   * @param version of this format
   * @param iteration how many steps the model has had
   * @param epoch how many epochs it has completed
   * @param random where the random numbers of the training thread stand
   * @param asked the sparsity of each parameter that was given one of its own
   * @param trace the updates so far
   * @param finished the report of a pruning that is only kept, else null
   */
  record Counts(
      int version,
      long iteration,
      long epoch,
      RandomState random,
      Map<String, Double> asked,
      List<PruningReport.Update> trace,
      PruningReport finished) {
    Counts(
        long iteration,
        long epoch,
        Map<String, Double> asked,
        List<PruningReport.Update> trace,
        PruningReport finished) {
      this(VERSION, iteration, epoch, RandomState.now(), asked, List.copyOf(trace), finished);
    }
  }

  /**
   * The entries of a model file.
   *
   * @throws IllegalStateException if the configuration has a part that cannot be written
   */
  Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(CONFIGURATION, pruning.toJson().getBytes(StandardCharsets.UTF_8));
    try {
      entries.put(COUNTS, JSON.writeValueAsBytes(counts));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Numbers and names can always be written", e);
    }
    entries.put(MASKS, MaskBytes.write(masks));
    entries.put(MEMORY, NamedArrays.write(memory));
    return entries;
  }

  /**
   * Reads what {@link #entries} has given.
   *
   * @throws IOException if an entry is missing, damaged or of a newer version
   */
  static SessionState of(Map<String, byte[]> entries) throws IOException {
    for (String name : List.of(CONFIGURATION, COUNTS, MASKS, MEMORY)) {
      if (!entries.containsKey(name)) {
        throw new IOException(
            "it has no entry %s; write it with save, or add the masks with addTo".formatted(name));
      }
    }
    Counts counts = JSON.readValue(entries.get(COUNTS), Counts.class);
    if (counts.version() != VERSION) {
      throw new IOException(
          "its pruning state is of version %d; this library reads version %d"
              .formatted(counts.version(), VERSION));
    }
    String configuration = new String(entries.get(CONFIGURATION), StandardCharsets.UTF_8);
    return new SessionState(
        Pruning.fromJson(configuration),
        counts,
        MaskBytes.read(entries.get(MASKS)),
        NamedArrays.read(entries.get(MEMORY)));
  }

  /** Frees the memory, which a session that goes on takes over instead. */
  @Override
  public void close() {
    memory.values().forEach(INDArray::close);
  }
}

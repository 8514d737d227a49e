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
package org.dl4jprune.gates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** JSON in constants of a graph, which are saved, loaded and copied with it. */
final class SameDiffNotes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SameDiffNotes() {}

  static void write(SameDiff graph, String name, String suffix, Object note) {
    try {
      graph.constant(name + suffix, Nd4j.createFromArray(JSON.writeValueAsBytes(note)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("Numbers and names can always be written", e);
    }
  }

  /** All notes by their names without the suffix, in the order of the graph. */
  static <T> Map<String, T> read(SameDiff graph, String suffix, Class<T> type) {
    Map<String, T> notes = new LinkedHashMap<>();
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (name.endsWith(suffix) && variable.dataType() == DataType.INT8) {
        try {
          byte[] bytes = bytes(variable.getArr());
          notes.put(
              name.substring(0, name.length() - suffix.length()), JSON.readValue(bytes, type));
        } catch (IOException e) {
          throw new IllegalArgumentException(
              "The constant %s describes no gates of this library".formatted(name), e);
        }
      }
    }
    return notes;
  }

  private static byte[] bytes(INDArray array) {
    double[] values = HostReads.vector(array.castTo(DataType.FLOAT));
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static void remove(SameDiff graph, String suffix) {
    List<String> names = graph.variables().stream().map(SDVariable::name).toList();
    names.stream()
        .filter(
            name -> name.endsWith(suffix) && graph.getVariable(name).dataType() == DataType.INT8)
        .forEach(name -> graph.getVariables().remove(name));
  }
}

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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays by name as the bytes of one entry. */
final class NamedArrays {
  private NamedArrays() {}

  static byte[] write(Map<String, INDArray> arrays) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(arrays.size());
      for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
        out.writeUTF(array.getKey());
        Nd4j.write(array.getValue(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} has given.
   *
   * @throws IOException if it is damaged
   */
  static Map<String, INDArray> read(byte[] bytes) throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (int left = in.readInt(); left > 0; left--) {
        arrays.put(in.readUTF(), Nd4j.read(in));
      }
    }
    return arrays;
  }
}

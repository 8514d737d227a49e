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
package org.dl4jprune.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The bytes of arrays, to write them to files and to read them back: one bulk copy for each {@link
 * #CHUNK} values, so that NaN payloads and the sign of zero stay. A file holds every weight, so
 * this is a copy as long as the weights by its nature; like {@link HostBits} it is not counted by
 * {@link HostReads}, and no step and no update of masks comes here.
 */
public final class HostBytes {
  /** How many values are copied at once: a multiple of 64. */
  public static final int CHUNK = 1 << 20;

  private HostBytes() {}

  /** Takes or gives the bytes of some values. */
  @FunctionalInterface
  public interface Chunk {
    /**
     * Handles some values.
     *
     * @param from the place of the first value
     * @param bytes their bytes in little-endian order, from position 0 to the limit; only valid
     *     during this call
     * @throws IOException if they cannot be written or read
     */
    void handle(long from, ByteBuffer bytes) throws IOException;
  }

  /**
   * Reads an array.
   *
   * @param flat rank 1
   * @param chunk is given all values in order
   * @throws IOException from the chunk
   */
  public static void read(INDArray flat, Chunk chunk) throws IOException {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray part = Nd4j.createUninitialized(flat.dataType(), Math.min(CHUNK, flat.length()))) {
      for (long from = 0; from < flat.length(); from += CHUNK) {
        long to = Math.min(flat.length(), from + CHUNK);
        first(part, to - from).assign(flat.get(NDArrayIndex.interval(from, to)));
        chunk.handle(from, bytes(part, to - from));
      }
    }
  }

  /**
   * Reads an array as numbers: what a message or a picture holds.
   *
   * @param flat rank 1, rounded to FLOAT
   * @return its values in order
   */
  public static float[] floats(INDArray flat) {
    float[] values = new float[Math.toIntExact(flat.length())];
    INDArray floats = flat.castTo(DataType.FLOAT);
    try {
      read(
          floats,
          (from, bytes) ->
              bytes
                  .asFloatBuffer()
                  .get(values, Math.toIntExact(from), bytes.limit() / Float.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException("Reading in memory reads no file", e);
    } finally {
      if (floats != flat) {
        floats.close();
      }
    }
    return values;
  }

  /**
   * Overwrites an array.
   *
   * @param flat rank 1
   * @param chunk fills all bytes that it is given, which are zero before
   * @throws IOException from the chunk; then a part of the array is overwritten
   */
  public static void write(INDArray flat, Chunk chunk) throws IOException {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray part = Nd4j.createUninitialized(flat.dataType(), Math.min(CHUNK, flat.length()))) {
      for (long from = 0; from < flat.length(); from += CHUNK) {
        long to = Math.min(flat.length(), from + CHUNK);
        part.assign(0);
        chunk.handle(from, bytes(part, to - from));
        Nd4j.getAffinityManager().tagLocation(part, AffinityManager.Location.HOST);
        flat.get(NDArrayIndex.interval(from, to)).assign(first(part, to - from));
      }
    }
  }

  private static INDArray first(INDArray part, long length) {
    return length == part.length() ? part : part.get(NDArrayIndex.interval(0, length));
  }

  private static ByteBuffer bytes(INDArray part, long length) {
    ByteBuffer bytes = part.data().asNio().order(ByteOrder.LITTLE_ENDIAN);
    return bytes.limit(Math.toIntExact(length * part.dataType().width()));
  }
}

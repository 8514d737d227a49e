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
package org.dl4jprune.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.mask.PackedMasks;

/**
 * Masks as bytes: for each parameter its name, its length and the codes of its mask. Within 4 % of
 * the entropy of random masks at any sparsity up to 99.9 %, and a few bytes for a name.
 */
public final class MaskBytes {
  private static final int VERSION = 1;

  private MaskBytes() {}

  /**
   * Writes masks.
   *
   * @param masks the masks
   * @return what {@link #read} reads
   */
  public static byte[] write(PackedMasks masks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeShort(VERSION);
      out.writeInt(masks.lengths().size());
      for (Map.Entry<String, long[]> mask : masks.words().entrySet()) {
        long length = masks.lengths().get(mask.getKey());
        out.writeUTF(mask.getKey());
        out.writeLong(length);
        write(GapCode.encode(mask.getValue(), length), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads masks.
   *
   * @param bytes what {@link #write} has given
   * @return the masks
   * @throws IOException if the bytes are damaged, foreign or of a newer version
   */
  public static PackedMasks read(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readUnsignedShort();
      if (version != VERSION) {
        throw new IOException(
            "These masks are of version %d; this library reads version %d"
                .formatted(version, VERSION));
      }
      Map<String, long[]> words = new LinkedHashMap<>();
      Map<String, Long> lengths = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        long length = in.readLong();
        words.put(name, read(in).decode(length));
        lengths.put(name, length);
      }
      return PackedMasks.of(words, lengths);
    } catch (RuntimeException e) {
      throw new IOException("These masks are damaged: " + e.getMessage(), e);
    }
  }

  /** Writes the codes of one mask. */
  static void write(GapCode code, DataOutputStream out) throws IOException {
    out.writeBoolean(code.zeros());
    out.writeByte(code.k());
    out.writeLong(code.count());
    out.writeLong(code.bits());
    out.write(code.bytes());
  }

  /** Reads the codes of one mask from a stream that knows how much is left. */
  static GapCode read(DataInputStream in) throws IOException {
    boolean zeros = in.readBoolean();
    int k = in.readUnsignedByte();
    long count = in.readLong();
    long bits = in.readLong();
    long bytes = bits / Byte.SIZE + (bits % Byte.SIZE == 0 ? 0 : 1);
    if (bits < 0 || bytes > in.available()) {
      throw new IOException("%d bits are declared, more than there are".formatted(bits));
    }
    return new GapCode(zeros, k, count, bits, in.readNBytes((int) bytes));
  }
}

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

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.dl4jprune.host.HostBytes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One array in a sparse archive: name, types, shape, the codes of its mask if it has one, and the
 * values that the mask keeps in flat order, in little-endian bytes.
 *
 * @param name what it is
 * @param type the type of the array in memory
 * @param stored the type of the values in the file
 * @param shape at most eight axes
 * @param mask which values are kept, the lowest bit of a word first; null for all
 */
record StoredArray(String name, DataType type, DataType stored, long[] shape, long[] mask) {
  private static final int MOST_AXES = 8;

  long length() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private long kept() {
    return mask == null ? length() : Arrays.stream(mask).map(Long::bitCount).sum();
  }

  /** Writes this array as a section; {@code flat} holds its values in flat order. */
  void write(String tag, INDArray flat, ArchiveFormat.Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(bytes);
    head.writeUTF(name);
    head.writeUTF(type.name());
    head.writeUTF(stored.name());
    head.writeByte(shape.length);
    for (long size : shape) {
      head.writeLong(size);
    }
    head.writeBoolean(mask != null);
    if (mask != null) {
      MaskBytes.write(GapCode.encode(mask, length()), head);
    }
    long values = Math.multiplyExact(kept(), stored.width());
    writer.section(
        tag,
        bytes.size() + values,
        out -> {
          bytes.writeTo(out);
          if (stored == type) {
            writeValues(flat, out);
          } else {
            try (INDArray cast = flat.castTo(stored)) {
              writeValues(cast, out);
            }
          }
        });
  }

  private void writeValues(INDArray flat, DataOutputStream out) throws IOException {
    byte[] kept = new byte[HostBytes.CHUNK * stored.width()];
    ByteBuffer target = ByteBuffer.wrap(kept).order(ByteOrder.LITTLE_ENDIAN);
    HostBytes.read(
        flat,
        (from, bytes) -> {
          target.clear();
          if (mask == null) {
            target.put(bytes);
          } else {
            gather(from, bytes, target);
          }
          out.write(kept, 0, target.position());
        });
  }

  private void gather(long from, ByteBuffer bytes, ByteBuffer target) {
    int width = stored.width();
    int first = (int) (from / Long.SIZE);
    int words = (bytes.limit() / width + Long.SIZE - 1) / Long.SIZE;
    for (int i = 0; i < words; i++) {
      for (long word = mask[first + i]; word != 0; word &= word - 1) {
        int at = (i * Long.SIZE + Long.numberOfTrailingZeros(word)) * width;
        switch (width) {
          case Short.BYTES -> target.putShort(bytes.getShort(at));
          case Integer.BYTES -> target.putInt(bytes.getInt(at));
          default -> target.putLong(bytes.getLong(at));
        }
      }
    }
  }

  /**
   * Reads everything but the values.
   *
   * @throws IOException if what is declared is not what is there
   */
  static StoredArray read(SectionStream section) throws IOException {
    DataInputStream in = new DataInputStream(section);
    String name = in.readUTF();
    DataType type = DataType.valueOf(in.readUTF());
    DataType stored = DataType.valueOf(in.readUTF());
    int axes = in.readUnsignedByte();
    if (axes > MOST_AXES || !type.isFPType() || !stored.isFPType()) {
      throw new IOException("array %s has %d axes and type %s".formatted(name, axes, type));
    }
    long[] shape = new long[axes];
    for (int i = 0; i < axes; i++) {
      shape[i] = in.readLong();
      if (shape[i] < 1) {
        throw new IOException("array %s has %d values on an axis".formatted(name, shape[i]));
      }
    }
    long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    long[] mask = in.readBoolean() ? MaskBytes.read(in).decode(length) : null;
    StoredArray array = new StoredArray(name, type, stored, shape, mask);
    if (Math.multiplyExact(array.kept(), stored.width()) != section.left()) {
      throw new IOException("array %s has more or fewer values than it declares".formatted(name));
    }
    return array;
  }

  /** Reads the values that follow into a new vector in flat order. */
  INDArray readValues(SectionStream section) throws IOException {
    INDArray flat = Nd4j.createUninitialized(stored, length());
    byte[] kept = new byte[(int) Math.min(section.left(), HostBytes.CHUNK * (long) stored.width())];
    ByteBuffer source = ByteBuffer.wrap(kept).order(ByteOrder.LITTLE_ENDIAN);
    HostBytes.write(
        flat,
        (from, bytes) -> {
          int count = mask == null ? bytes.limit() : keptBytes(from, bytes.limit());
          if (section.readNBytes(kept, 0, count) < count) {
            throw new IOException("array %s ends too early".formatted(name));
          }
          source.clear().limit(count);
          if (mask == null) {
            bytes.put(source);
          } else {
            scatter(from, source, bytes);
          }
        });
    if (stored == type) {
      return flat;
    }
    INDArray cast = flat.castTo(type);
    flat.close();
    return cast;
  }

  private int keptBytes(long from, int limit) {
    int width = stored.width();
    int first = (int) (from / Long.SIZE);
    int words = (limit / width + Long.SIZE - 1) / Long.SIZE;
    int count = 0;
    for (int i = 0; i < words; i++) {
      count += Long.bitCount(mask[first + i]);
    }
    return count * width;
  }

  private void scatter(long from, ByteBuffer source, ByteBuffer bytes) {
    int width = stored.width();
    int first = (int) (from / Long.SIZE);
    int words = (bytes.limit() / width + Long.SIZE - 1) / Long.SIZE;
    for (int i = 0; i < words; i++) {
      for (long word = mask[first + i]; word != 0; word &= word - 1) {
        int at = (i * Long.SIZE + Long.numberOfTrailingZeros(word)) * width;
        switch (width) {
          case Short.BYTES -> bytes.putShort(at, source.getShort());
          case Integer.BYTES -> bytes.putInt(at, source.getInt());
          default -> bytes.putLong(at, source.getLong());
        }
      }
    }
  }

  /** Which values are not zero in all bits. */
  static long[] nonZeros(INDArray flat) throws IOException {
    long[] words = new long[Math.toIntExact((flat.length() + Long.SIZE - 1) / Long.SIZE)];
    int width = flat.dataType().width();
    HostBytes.read(
        flat,
        (from, bytes) -> {
          for (int i = 0; i < bytes.limit() / width; i++) {
            long bits = width == Integer.BYTES ? bytes.getInt(i * width) : bytes.getLong(i * width);
            if (bits != 0) {
              words[(int) ((from + i) / Long.SIZE)] |= 1L << from + i;
            }
          }
        });
    return words;
  }
}

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
package org.dl4jprune.examples.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * One array of unsigned bytes as MNIST-like sets store it: a gzipped file that starts with a magic
 * number and the extents, the number of items first.
 *
 * @param extents the extents, such as 10,000 images by 28 rows by 28 columns
 * @param values the bytes, last extent fastest
 */
record Idx(int[] extents, byte[] values) {

  /** "Unsigned bytes" in the IDX header; the number of extents is added to it. */
  private static final int UNSIGNED_BYTES = 0x0800;

  /** Reads a gzipped file's bytes; the name is for messages alone. */
  static Idx parse(String name, byte[] gzipped, int... itemExtents) {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(gzipped)))) {
      int magic = in.readInt();
      int expected = UNSIGNED_BYTES + 1 + itemExtents.length;
      if (magic != expected) {
        throw corrupt(name, "its magic number is %d, not %d".formatted(magic, expected));
      }
      int[] extents = new int[1 + itemExtents.length];
      for (int axis = 0; axis < extents.length; axis++) {
        extents[axis] = in.readInt();
      }
      int[] items = Arrays.copyOfRange(extents, 1, extents.length);
      if (extents[0] < 1 || !Arrays.equals(items, itemExtents)) {
        throw corrupt(
            name,
            "it holds %d items of extents %s, where items of extents %s were expected"
                .formatted(extents[0], Arrays.toString(items), Arrays.toString(itemExtents)));
      }
      long length = Arrays.stream(extents).asLongStream().reduce(1, Math::multiplyExact);
      byte[] values = in.readAllBytes();
      if (values.length != length) {
        throw corrupt(
            name, "its header promises %d bytes, but %d follow".formatted(length, values.length));
      }
      return new Idx(extents, values);
    } catch (EOFException e) {
      throw corrupt(name, "it ends too early");
    } catch (ZipException e) {
      throw corrupt(name, "it is not a gzip file (%s)".formatted(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /** Says what is wrong with a file's content and what to do about it. */
  static IllegalArgumentException corrupt(String name, String reason) {
    return new IllegalArgumentException(
        "%s is corrupt: %s; fetch it again from %s".formatted(name, reason, FashionMnist.SOURCE));
  }

  /** Gives the number of items. */
  int count() {
    return extents[0];
  }

  /** Gives the number of bytes of one item. */
  int itemLength() {
    return values.length / count();
  }

  /** Picks items in the order given. */
  Idx pick(int[] items) {
    int length = itemLength();
    byte[] picked = new byte[items.length * length];
    for (int to = 0; to < items.length; to++) {
      System.arraycopy(values, items[to] * length, picked, to * length, length);
    }
    int[] newExtents = extents.clone();
    newExtents[0] = items.length;
    return new Idx(newExtents, picked);
  }

  /** Writes a gzipped file without a time stamp, so that the same items give the same bytes. */
  void write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new SmallestGzip(bytes))) {
      out.writeInt(UNSIGNED_BYTES + extents.length);
      for (int extent : extents) {
        out.writeInt(extent);
      }
      out.write(values);
    }
    Files.write(file, bytes.toByteArray());
  }

  /** The JDK's gzip stream, which leaves the time stamp zero but offers no compression level. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}

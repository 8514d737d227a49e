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

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.dl4jprune.file.AtomicFile;

/**
 * The frame of a sparse archive: eight bytes that no text tool leaves alone, a version, and
 * sections of a tag of four letters, a length, a payload, and the CRC32C of all three. The last
 * section says how many there are before it. Numbers of the frame are big-endian.
 */
final class ArchiveFormat {
  static final int VERSION = 1;

  private static final byte[] MAGIC = {(byte) 0x89, 'D', 'L', 'P', '\r', '\n', 0x1a, '\n'};
  private static final int TAG = 4;
  private static final int HEAD = TAG + Long.BYTES;
  private static final int BUFFER = 1 << 16;
  private static final String LAST = "LAST";

  private ArchiveFormat() {}

  /** Writes the payload of a section. */
  @FunctionalInterface
  interface Payload {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** A part of the file whose checksum was right. */
  record Section(String tag, long start, long end) {}

  /** Writes sections one after the other. */
  static final class Writer {
    private final OutputStream out;
    private int sections;

    Writer(FileChannel channel) throws IOException {
      out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      out.write(MAGIC);
      new DataOutputStream(out).writeShort(VERSION);
    }

    /** The payload must be exactly {@code length} bytes long. */
    void section(String tag, long length, Payload payload) throws IOException {
      CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32C());
      DataOutputStream data = new DataOutputStream(checked);
      data.writeBytes(tag);
      data.writeLong(length);
      payload.writeTo(data);
      data.flush();
      new DataOutputStream(out).writeInt((int) checked.getChecksum().getValue());
      sections++;
    }

    void finish() throws IOException {
      int count = sections;
      section(LAST, Integer.BYTES, data -> data.writeInt(count));
      out.flush();
    }
  }

  /**
   * Finds the sections, in a buffer of 64 KB whatever they say of themselves.
   *
   * @throws IOException if the file is foreign, newer, shorter or longer than it says, or damaged
   */
  static List<Section> scan(FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer front = read(channel, 0, Math.min(size, MAGIC.length + Short.BYTES));
    if (front.limit() < MAGIC.length + Short.BYTES
        || !Arrays.equals(front.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("it is no sparse archive");
    }
    int version = front.getShort(MAGIC.length);
    if (version != VERSION) {
      throw new IOException(
          "it is of version %d and this library reads version %d".formatted(version, VERSION));
    }
    List<Section> sections = new ArrayList<>();
    for (long at = front.limit(); ; ) {
      if (size - at < HEAD + Integer.BYTES) {
        throw new IOException("it ends too early, at byte %d".formatted(size));
      }
      ByteBuffer head = read(channel, at, HEAD);
      String tag = new String(head.array(), 0, TAG, StandardCharsets.US_ASCII);
      long length = head.getLong(TAG);
      if (length < 0 || length > size - at - HEAD - Integer.BYTES) {
        throw new IOException("it ends too early, at byte %d".formatted(size));
      }
      long end = at + HEAD + length;
      if (AtomicFile.checksum(channel, at, end) != read(channel, end, Integer.BYTES).getInt()) {
        throw new IOException("it is damaged between bytes %d and %d".formatted(at, end));
      }
      Section section = new Section(tag, at + HEAD, end);
      at = end + Integer.BYTES;
      if (tag.equals(LAST)) {
        checkLast(channel, section, sections.size(), size - at);
        return sections;
      }
      sections.add(section);
    }
  }

  private static void checkLast(FileChannel channel, Section last, int count, long rest)
      throws IOException {
    if (last.end() - last.start() != Integer.BYTES
        || read(channel, last.start(), Integer.BYTES).getInt() != count
        || rest != 0) {
      throw new IOException("sections are missing, or something follows its end");
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new IOException("it ends too early, at byte %d".formatted(at + bytes.position()));
      }
    }
    return bytes.flip();
  }
}

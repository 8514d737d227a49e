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

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dl4jprune.file.AtomicFile;

/**
 * A file of this library that says what it is and proves that it is whole: eight bytes that name
 * the library, the kind of its content, a version, the content, and a CRC32C of all before it. All
 * numbers are big-endian.
 */
public final class SealedFile {
  /** "DL4JPRUN" in ASCII. */
  private static final long MAGIC = 0x444C344A5052554EL;

  private static final int LEAST = Long.BYTES + Short.BYTES + Integer.BYTES;

  private SealedFile() {}

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param out buffered; need not be closed
     * @throws IOException if it cannot be written
     */
    void writeTo(DataOutputStream out) throws IOException;
  }

  /**
   * Reads the content.
   *
   * @param <T> what it makes of it
   */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * Reads everything.
     *
     * @param in what the content was written to
     * @return what was read
     * @throws IOException if it cannot be read
     */
    T readFrom(DataInputStream in) throws IOException;
  }

  /**
   * Writes or replaces a file.
   *
   * @param file the file; a whole one or none, whatever happens
   * @param kind what the content is called in messages
   * @param version of the content's form
   * @param content writes it
   * @throws IOException if the disk refuses
   */
  public static void write(Path file, String kind, int version, Content content)
      throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          DataOutputStream out =
              new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
          out.writeLong(MAGIC);
          out.writeUTF(kind);
          out.writeInt(version);
          content.writeTo(out);
          out.flush();
          out.writeInt(AtomicFile.checksum(channel, 0, channel.position()));
          out.flush();
        });
  }

  /**
   * Checks a whole file, then reads its content.
   *
   * @param <T> what the reader makes of it
   * @param file the file
   * @param kind the kind that is expected
   * @param version the version that the reader knows
   * @param reader reads the content
   * @return what was read
   * @throws IOException if the file cannot be opened or read
   * @throws IllegalArgumentException if it is no such file, of another version, or damaged
   */
  public static <T> T read(Path file, String kind, int version, Reader<T> reader)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size() - Integer.BYTES;
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
      if (end < LEAST || in.readLong() != MAGIC) {
        throw new IllegalArgumentException(
            "%s is not a %s of dl4j-prune: it does not begin as one".formatted(file, kind));
      }
      if (AtomicFile.checksum(channel, 0, end) != storedChecksum(channel, end)) {
        throw new IllegalArgumentException(
            "%s is damaged: its checksum is wrong; take another copy".formatted(file));
      }
      String found = in.readUTF();
      if (!found.equals(kind)) {
        throw new IllegalArgumentException(
            "%s is not a %s of dl4j-prune but a %s".formatted(file, kind, found));
      }
      int written = in.readInt();
      if (written != version) {
        throw new IllegalArgumentException(
            "%s is a %s of version %d; this library reads version %d"
                .formatted(file, kind, written, version));
      }
      return reader.readFrom(in);
    }
  }

  private static int storedChecksum(FileChannel channel, long at) throws IOException {
    ByteBuffer four = ByteBuffer.allocate(Integer.BYTES);
    while (four.hasRemaining() && channel.read(four, at + four.position()) >= 0) {}
    return four.flip().getInt();
  }
}

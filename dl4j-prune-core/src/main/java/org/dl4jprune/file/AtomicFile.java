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
package org.dl4jprune.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file so that its name always stands for a whole one: the content goes to a new file
 * beside it, is forced to the disk, and takes the name in one move. A process that is killed leaves
 * at most a file that ends in {@code .part}, which nothing reads and anybody may delete.
 */
public final class AtomicFile {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
  private static final AtomicLong COUNT = new AtomicLong();
  private static final int BUFFER = 1 << 16;

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param channel an empty file; need not be closed
     * @throws IOException if it cannot be written
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes or replaces a file.
   *
   * @param target the file; where it is a symbolic link, what it points to is replaced
   * @param content writes it
   * @throws IOException if it cannot be written, with the reason; then a file that was there before
   *     is as it was, and what the content throws otherwise is passed on likewise
   */
  public static void write(Path target, Content content) throws IOException {
    Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    Path part = beside(file);
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(part);
      IOException reason = reason(e);
      if (reason == null) {
        throw e;
      }
      throw new IOException(
          "Cannot write %s (%s); what was there before is as it was"
              .formatted(target, reason.getMessage()),
          reason);
    }
    forceDirectory(file.getParent());
  }

  /** Writes the content of a file as a stream. */
  @FunctionalInterface
  public interface Streamed {
    /**
     * Writes everything.
     *
     * @param out an empty file; need not be flushed or closed
     * @throws IOException if it cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes or replaces a file through a buffered stream.
   *
   * @param target the file
   * @param content writes it
   * @throws IOException as {@link #write}
   */
  public static void stream(Path target, Streamed content) throws IOException {
    write(
        target,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
          content.writeTo(out);
          if (channel.isOpen()) {
            out.flush();
          }
        });
  }

  /**
   * Writes or replaces a text file in UTF-8.
   *
   * @param target the file
   * @param text its content
   * @throws IOException as {@link #write}
   */
  public static void text(Path target, String text) throws IOException {
    stream(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A name for a temporary file in the same directory.
   *
   * @param file the file that it accompanies
   * @return a path that ends in {@code .part}, different at each call
   */
  public static Path beside(Path file) {
    return file.resolveSibling(
        "%s.%d-%d.part"
            .formatted(file.getFileName(), ProcessHandle.current().pid(), COUNT.incrementAndGet()));
  }

  /**
   * The CRC32C of a part of a file, whatever its size in a buffer of 64 KB.
   *
   * @param channel the file; its position stays as it is
   * @param from the first byte
   * @param to one past the last byte
   * @return the checksum
   * @throws IOException if the part cannot be read, or the file ends before it
   */
  public static int checksum(FileChannel channel, long from, long to) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long at = from; at < to; ) {
      buffer.clear().limit((int) Math.min(BUFFER, to - at));
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new IOException("The file ends at byte %d, before byte %d".formatted(at, to));
      }
      checksum.update(buffer.flip());
      at += read;
    }
    return (int) checksum.getValue();
  }

  // DL4J and ND4J wrap what a stream throws.
  private static IOException reason(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException reason) {
        return reason;
      }
    }
    return null;
  }

  // So that the move itself survives a loss of power; not every system can.
  private static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("The directory {} cannot be forced to the disk: {}", directory, e.getMessage());
    }
  }
}

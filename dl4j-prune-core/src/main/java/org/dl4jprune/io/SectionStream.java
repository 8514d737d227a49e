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

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** A part of a file as a stream that always knows how much is left. */
final class SectionStream extends InputStream {
  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private final long end;
  private long next;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

  SectionStream(FileChannel channel, ArchiveFormat.Section section) {
    this.channel = channel;
    this.next = section.start();
    this.end = section.end();
  }

  /** How many bytes are left. */
  long left() {
    return end - next + buffer.remaining();
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, left());
  }

  @Override
  public int read() throws IOException {
    if (left() == 0) {
      return -1;
    }
    fill();
    return buffer.get() & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (left() == 0) {
      return -1;
    }
    fill();
    int count = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, count);
    return count;
  }

  private void fill() throws IOException {
    while (!buffer.hasRemaining()) {
      buffer.clear().limit((int) Math.min(BUFFER, end - next));
      int count = channel.read(buffer, next);
      buffer.flip();
      if (count < 0) {
        throw new EOFException("it became shorter while it was read");
      }
      next += count;
    }
  }
}

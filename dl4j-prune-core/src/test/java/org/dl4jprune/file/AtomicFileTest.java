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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file's name always stands for a whole file. */
class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
    Path file = directory.resolve("model.zip");
    write(file, "old");
    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap("new".getBytes()));
          assertEquals("old", Files.readString(file));
        });
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("model.zip"), names());
  }

  @Test
  void aFullDiskLeavesTheOldFileAndOneClearError() throws IOException {
    Path file = directory.resolve("model.zip");
    write(file, "old");
    for (RuntimeException wrapped :
        List.of(new RuntimeException("Error saving", new IOException("No space left on device")))) {
      IOException error =
          assertThrows(
              IOException.class,
              () ->
                  AtomicFile.write(
                      file,
                      channel -> {
                        channel.write(ByteBuffer.wrap("half".getBytes()));
                        throw wrapped;
                      }));
      assertTrue(error.getMessage().contains("model.zip"), error.getMessage());
      assertTrue(error.getMessage().contains("No space left on device"), error.getMessage());
    }
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("model.zip"), names());
  }

  @Test
  void otherErrorsPassThrough() {
    Path file = directory.resolve("model.zip");
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                file,
                channel -> {
                  throw new IllegalStateException("no configuration");
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = directory.resolve("model.zip");
    Path link = directory.resolve("latest.zip");
    write(file, "old");
    Files.createSymbolicLink(link, file);
    write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void checksumsCoverExactlyTheRange() throws IOException {
    byte[] bytes = new byte[200_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Path file = directory.resolve("bytes");
    Files.write(file, bytes);
    java.util.zip.CRC32C expected = new java.util.zip.CRC32C();
    expected.update(bytes, 3, bytes.length - 10);
    try (FileChannel channel = FileChannel.open(file)) {
      assertEquals((int) expected.getValue(), AtomicFile.checksum(channel, 3, bytes.length - 7));
      assertThrows(IOException.class, () -> AtomicFile.checksum(channel, 0, bytes.length + 1));
    }
    assertNotEquals(AtomicFile.beside(file), AtomicFile.beside(file));
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(text.getBytes())));
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

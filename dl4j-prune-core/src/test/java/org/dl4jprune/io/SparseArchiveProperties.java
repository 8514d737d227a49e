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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** Damaged, foreign and lying files: one error, and nothing allocated on their word. */
class SparseArchiveProperties {
  private static Path directory;
  private static Path file;
  private static byte[] whole;

  @BeforeContainer
  static void write() throws IOException {
    directory = Files.createTempDirectory("archives");
    file = directory.resolve("model.sparse");
    MultiLayerNetwork network = ArchivedModels.convolutional(DataType.FLOAT);
    SparseArchive.of(network, ArchivedModels.randomMasks(network, 0.5, 8))
        .withUpdater()
        .write(file);
    whole = Files.readAllBytes(file);
  }

  @AfterContainer
  static void delete() throws IOException {
    Files.delete(file);
    Files.delete(directory);
  }

  @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
  void everyMutationIsOneClearError(@ForAll long seed) throws IOException {
    byte[] mutated = mutate(new Random(seed));
    if (Arrays.equals(mutated, whole)) {
      return;
    }
    Files.write(file, mutated);
    IOException error = assertThrows(IOException.class, () -> SparseArchive.read(file));
    assertTrue(error.getMessage().contains("model.sparse"), error.getMessage());
    assertArrayEquals(mutated, Files.readAllBytes(file));
  }

  private static byte[] mutate(Random random) {
    byte[] bytes = whole.clone();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes = Arrays.copyOf(bytes, at);
      case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
      case 3 -> {
        byte[] noise = new byte[Math.min(bytes.length - at, 1 + random.nextInt(64))];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, noise.length);
      }
      case 4 -> {
        int length = random.nextInt(bytes.length - at);
        System.arraycopy(whole, at + length, bytes, at, bytes.length - at - length);
        bytes = Arrays.copyOf(bytes, bytes.length - length);
      }
      default -> {
        for (int i = random.nextInt(20); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
    }
    return bytes;
  }

  /** The checksum is right and what it covers is not. */
  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void liesWithRightChecksumsAreAnErrorOrAModel(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Files.write(file, whole);
    byte[] bytes = whole.clone();
    List<ArchiveFormat.Section> sections;
    try (FileChannel channel = FileChannel.open(file)) {
      sections = ArchiveFormat.scan(channel);
    }
    ArchiveFormat.Section section = sections.get(random.nextInt(sections.size()));
    int start = (int) section.start();
    int end = (int) section.end();
    // Names, shapes and codes come first.
    int front = Math.min(end - start, 1 + random.nextInt(80));
    bytes[start + random.nextInt(front)] = (byte) random.nextInt();
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, start - 12, end - start + 12);
    ByteBuffer.wrap(bytes).putInt(end, (int) checksum.getValue());
    Files.write(file, bytes);
    long before = allocated();
    try {
      SparseArchive.read(file);
    } catch (IOException expected) {
      assertTrue(expected.getMessage().contains("model.sparse"), expected.getMessage());
    }
    assertTrue(allocated() - before < 64 << 20, "allocated " + (allocated() - before));
  }

  @Example
  void declaredSizesAreComparedWithWhatIsThere() throws IOException {
    long before = allocated();
    for (long length : new long[] {1L << 31, 1L << 40, Long.MAX_VALUE}) {
      for (boolean masked : new boolean[] {true, false}) {
        Files.write(file, lying(length, masked));
        assertThrows(IOException.class, () -> SparseArchive.read(file));
      }
    }
    assertTrue(allocated() - before < 64 << 20, "allocated " + (allocated() - before));
  }

  @Example
  void aNewerVersionSaysSo() throws IOException {
    byte[] newer = whole.clone();
    newer[9] = 2;
    Files.write(file, newer);
    IOException error = assertThrows(IOException.class, () -> SparseArchive.read(file));
    assertTrue(error.getMessage().contains("version 2"), error.getMessage());
    Files.write(file, "PK\3\4 something else that is long enough".getBytes());
    error = assertThrows(IOException.class, () -> SparseArchive.read(file));
    assertTrue(error.getMessage().contains("no sparse archive"), error.getMessage());
  }

  /** An archive with one parameter that says it has so many values. */
  private static byte[] lying(long length, boolean masked) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(whole, 0, 10);
    Files.write(file, whole);
    try (FileChannel channel = FileChannel.open(file)) {
      List<ArchiveFormat.Section> sections = ArchiveFormat.scan(channel);
      int end = (int) sections.get(1).end() + 4;
      all.write(whole, 10, end - 10);
    }
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(payload);
    out.writeUTF("0_W");
    out.writeUTF("FLOAT");
    out.writeUTF("FLOAT");
    out.writeByte(1);
    out.writeLong(length);
    out.writeBoolean(masked);
    if (masked) {
      out.writeBoolean(false);
      out.writeByte(10);
      out.writeLong(0);
      out.writeLong(64);
      out.writeLong(1);
    }
    section(all, "PARM", payload.toByteArray());
    section(all, "LAST", ByteBuffer.allocate(4).putInt(3).array());
    return all.toByteArray();
  }

  private static void section(ByteArrayOutputStream all, String tag, byte[] payload)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(tag.getBytes(StandardCharsets.US_ASCII));
    out.writeLong(payload.length);
    out.write(payload);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.toByteArray());
    out.writeInt((int) checksum.getValue());
    assertEquals(payload.length + 16, bytes.size());
    bytes.writeTo(all);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}

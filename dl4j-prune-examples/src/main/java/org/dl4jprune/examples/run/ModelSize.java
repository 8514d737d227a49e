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
package org.dl4jprune.examples.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * How much room a saved model takes.
 *
 * @param file the bytes of the file that DL4J or SameDiff wrote, without updater state
 * @param gzipped the bytes of that file after gzip
 */
public record ModelSize(long file, long gzipped) {

  /** Writes a model to a file. */
  @FunctionalInterface
  interface Saver {
    void save(Path file) throws IOException;
  }

  /** Measures what a model writes; the file is deleted again. */
  static ModelSize of(Saver saver) {
    try {
      Path file = Files.createTempFile("dl4j-prune-model", ".bin");
      try {
        saver.save(file);
        byte[] bytes = Files.readAllBytes(file);
        return new ModelSize(bytes.length, gzip(withoutTimes(bytes)));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save the model to measure its size", e);
    }
  }

  /** A zip file holds the time of its making, which would make the gzipped size vary by bytes. */
  private static byte[] withoutTimes(byte[] bytes) throws IOException {
    if (bytes.length < 2 || bytes[0] != 'P' || bytes[1] != 'K') {
      return bytes;
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes));
        ZipOutputStream out = new ZipOutputStream(copy)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        ZipEntry timeless = new ZipEntry(entry.getName());
        timeless.setTime(0);
        out.putNextEntry(timeless);
        in.transferTo(out);
        out.closeEntry();
      }
    }
    return copy.toByteArray();
  }

  private static long gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.size();
  }
}

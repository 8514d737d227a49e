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

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.model.Serialization;

/**
 * Entries of this library inside the model files of DL4J and SameDiff. In the zip that {@code
 * ModelSerializer} writes they are further entries, which a program without this library passes
 * over; everything else in the zip, such as a normalizer, is copied as it is. A SameDiff file is
 * one FlatBuffer, which is found from its beginning, so a zip of the entries follows at its end:
 * two files could not be replaced in one move. {@code SameDiff.load} passes over it.
 *
 * <p>Every write is atomic: see {@link AtomicFile}.
 */
public final class ModelEntries {
  private static final String FOLDER = Serialization.OWN_ENTRIES;

  /** How long the SameDiff file is and its checksum. */
  private static final String BODY = FOLDER + "samediff.bin";

  private ModelEntries() {}

  /**
   * Writes a model and entries.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param updater whether the state of the updater is written too
   * @param entries the bytes of each entry by name
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; then a file that was there before is as it was
   */
  public static void write(Object model, boolean updater, Map<String, byte[]> entries, Path file)
      throws IOException {
    Path bare = AtomicFile.beside(file.toAbsolutePath());
    try {
      AtomicFile.stream(bare, out -> Serialization.write(model, out, updater));
      copyWith(bare, entries, file);
    } catch (IOException e) {
      throw new IOException(e.getMessage().replace(bare.toString(), file.toString()), e);
    } finally {
      Files.deleteIfExists(bare);
    }
  }

  /**
   * Adds entries to a model file that somebody else has written, or replaces those in it.
   *
   * @param file a file of {@code ModelSerializer} or {@code SameDiff.save}
   * @param entries the bytes of each entry by name
   * @throws IOException if it cannot be read or written; then the file is as it was
   */
  public static void add(Path file, Map<String, byte[]> entries) throws IOException {
    copyWith(file, entries, file);
  }

  private static void copyWith(Path source, Map<String, byte[]> entries, Path target)
      throws IOException {
    if (Serialization.isZip(source)) {
      AtomicFile.write(target, channel -> copyZip(source, entries, channel));
    } else {
      AtomicFile.write(target, channel -> copyFlat(source, entries, channel));
    }
  }

  // Entries are copied without being inflated and deflated again.
  private static void copyZip(Path source, Map<String, byte[]> entries, FileChannel channel)
      throws IOException {
    try (ZipFile from = new ZipFile(source.toFile())) {
      ZipArchiveOutputStream to = new ZipArchiveOutputStream(channel);
      Enumeration<ZipArchiveEntry> all = from.getEntriesInPhysicalOrder();
      for (ZipArchiveEntry entry : Collections.list(all)) {
        if (!entry.getName().startsWith(FOLDER)) {
          to.addRawArchiveEntry(entry, from.getRawInputStream(entry));
        }
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipArchiveEntry added = new ZipArchiveEntry(FOLDER + entry.getKey());
        added.setSize(entry.getValue().length);
        to.putArchiveEntry(added);
        to.write(entry.getValue());
        to.closeArchiveEntry();
      }
      to.finish();
    }
  }

  private static void copyFlat(Path source, Map<String, byte[]> entries, FileChannel channel)
      throws IOException {
    try (FileChannel from = FileChannel.open(source)) {
      long length = bodyLength(source, from);
      for (long at = 0; at < length; ) {
        at += from.transferTo(at, length - at, channel);
      }
      ByteBuffer body = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(length);
      body.putInt(AtomicFile.checksum(from, 0, length));
      ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
      Map<String, byte[]> all = new LinkedHashMap<>();
      all.put(BODY, body.array());
      entries.forEach((name, bytes) -> all.put(FOLDER + name, bytes));
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
      zip.finish();
    }
  }

  /** The length of a SameDiff file without entries at its end. */
  private static long bodyLength(Path file, FileChannel channel) throws IOException {
    byte[] body = all(file).get(BODY);
    if (body == null) {
      return channel.size();
    }
    ByteBuffer stored = ByteBuffer.wrap(body);
    long length = stored.getLong();
    if (length < 0
        || length > channel.size()
        || AtomicFile.checksum(channel, 0, length) != stored.getInt()) {
      throw new IOException("The SameDiff graph in %s is damaged".formatted(file));
    }
    return length;
  }

  /**
   * The entries of a model file.
   *
   * @param file a file of DL4J or SameDiff
   * @return the bytes of each entry of this library by name; empty if it has none
   * @throws IOException if it cannot be read, or is damaged
   */
  public static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    all(file)
        .forEach(
            (name, bytes) -> {
              if (!name.equals(BODY)) {
                entries.put(name.substring(FOLDER.length()), bytes);
              }
            });
    if (!Serialization.isZip(file)) {
      try (FileChannel channel = FileChannel.open(file)) {
        bodyLength(file, channel);
      }
    }
    return entries;
  }

  private static Map<String, byte[]> all(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    boolean wholeZip = Serialization.isZip(file);
    try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().startsWith(FOLDER)) {
          try (InputStream in = zip.getInputStream(entry)) {
            entries.put(entry.getName(), in.readAllBytes());
          }
        }
      }
    } catch (java.util.zip.ZipException e) {
      if (wholeZip) {
        throw new IOException("%s is damaged: %s".formatted(file, e.getMessage()), e);
      }
      // A SameDiff file without entries is no zip at all.
      return Map.of();
    }
    return entries;
  }
}

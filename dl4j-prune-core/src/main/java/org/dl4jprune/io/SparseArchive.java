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

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Serialization;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pruned model in one file without its zeros: positions of the kept weights by entropy code,
 * their values, and everything else as it is (biases, statistics, configuration, counts). Reading
 * it gives a model of the same class with the same bits; dead weights are +0.
 *
 * <pre>{@code
 * SparseArchive.of(network, PackedMasks.of(listener.masks())).withUpdater().write(file);
 * MultiLayerNetwork same = (MultiLayerNetwork) SparseArchive.read(file).model();
 * }</pre>
 *
 * <p>Size: n·H(s) bits within 4 % for the positions of n weights with a random mask of sparsity s
 * up to 99.9 %, the kept values at 32 bits (16 with {@link #halfPrecision}, 64 for DOUBLE models),
 * and the rest of the model.
 *
 * <p>A file is written beside and moved. One that is truncated, damaged, foreign or of a newer
 * version gives one {@link IOException} that names it, and nothing is allocated on its word: a
 * declared length is compared with the bytes that are there before anything is allocated for it,
 * and one byte of codes stands for 8,192 weights at most.
 */
public final class SparseArchive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODEL = "MODL";
  private static final String STRUCTURE = "STRU";
  private static final String PARAMETER = "PARM";
  private static final String UPDATER = "UPDT";

  private final Object model;
  private final PrunableModel view;
  private final PackedMasks masks;
  private boolean half;
  private boolean updater;

  private SparseArchive(Object model, PackedMasks masks) {
    this.model = model;
    this.view = PrunableModel.ofAny(model);
    this.masks = Objects.requireNonNull(masks, "masks");
  }

  /** An array of which everything but the values was read. */
  private record Stored(boolean isState, StoredArray array, SectionStream values) {}

  /** What the file says of the model. */
  private record Header(String type, String dataType, long iteration, long epoch) {}

  /**
   * A model out of a file.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param masks the masks of its pruned parameters
   */
  public record Loaded(Object model, PackedMasks masks) {}

  /**
   * A model to be written.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param masks which weights are kept; those that are not are written as zeros whatever the model
   *     holds
   * @return settings to be completed
   * @throws IllegalArgumentException if a mask belongs to no parameter of the model
   */
  public static SparseArchive of(Object model, PackedMasks masks) {
    SparseArchive archive = new SparseArchive(model, masks);
    Map<String, Long> lengths = new LinkedHashMap<>();
    archive.view.parameters().forEach(p -> lengths.put(p.name(), p.length()));
    masks
        .lengths()
        .forEach(
            (name, length) -> {
              if (!length.equals(lengths.get(name))) {
                throw new IllegalArgumentException(
                    "The mask of %s has %d weights and the model's parameter %s; give the masks of this model"
                        .formatted(name, length, lengths.get(name)));
              }
            });
    return archive;
  }

  /**
   * Stores kept weights of masked parameters in 16 bits (IEEE half precision). Then reading gives
   * the nearest half-precision values; biases and statistics keep their type.
   *
   * @return this
   */
  public SparseArchive halfPrecision() {
    half = true;
    return this;
  }

  /**
   * Stores the state of the updater too, so that training can go on.
   *
   * @return this
   */
  public SparseArchive withUpdater() {
    updater = true;
    return this;
  }

  /**
   * Writes the file.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; then a file that was there before is as it was
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, this::write);
  }

  private void write(FileChannel channel) throws IOException {
    ArchiveFormat.Writer writer = new ArchiveFormat.Writer(channel);
    byte[] header =
        JSON.writeValueAsBytes(
            new Header(
                model.getClass().getSimpleName(),
                view.dataType().name(),
                view.iteration(),
                view.epoch()));
    writer.section(MODEL, header.length, out -> out.write(header));
    byte[] structure = deflated(Serialization.structure(model, updater));
    writer.section(STRUCTURE, structure.length, out -> out.write(structure));
    Map<String, long[]> words = masks.words();
    for (Parameter parameter : view.parameters()) {
      long[] mask = words.get(parameter.name());
      DataType type = view.dataType();
      new StoredArray(
              parameter.name(),
              type,
              half && mask != null ? DataType.FLOAT16 : type,
              parameter.shape(),
              mask)
          .write(PARAMETER, flat(parameter), writer);
    }
    if (updater && !Serialization.structureHoldsUpdater(view.unwrap())) {
      for (UpdaterState state : view.updaterStates()) {
        INDArray flat = state.array().reshape(state.array().length());
        long[] shape = {flat.length()};
        new StoredArray(
                name(state), flat.dataType(), flat.dataType(), shape, StoredArray.nonZeros(flat))
            .write(UPDATER, flat, writer);
      }
    }
    writer.finish();
  }

  private INDArray flat(Parameter parameter) {
    return parameter.asMatrix(view.values(parameter)).reshape('c', new long[] {parameter.length()});
  }

  private static String name(UpdaterState state) {
    return "%s@%d-%d".formatted(state.key(), state.start(), state.end());
  }

  private static byte[] deflated(byte[] bytes) throws IOException {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(buffer)) {
      out.writeInt(bytes.length);
      DeflaterOutputStream deflater = new DeflaterOutputStream(out);
      deflater.write(bytes);
      deflater.finish();
    }
    return buffer.toByteArray();
  }

  private static byte[] inflated(SectionStream section) throws IOException {
    int length = new DataInputStream(section).readInt();
    // Deflate makes nothing smaller than a 1,032nd.
    if (length < 0 || length / 1032 > section.left()) {
      throw new IOException("it declares %d bytes of configuration".formatted(length));
    }
    byte[] bytes = new InflaterInputStream(section).readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("its configuration ends too early");
    }
    return bytes;
  }

  /**
   * Reads a file.
   *
   * @param file an archive
   * @return a new model and its masks
   * @throws IOException if the file cannot be read, is truncated, damaged, foreign or of a newer
   *     version, or holds a model that this version of DL4J does not know
   */
  public static Loaded read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "%s cannot be read as a sparse archive: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Loaded read(FileChannel channel) throws IOException {
    List<ArchiveFormat.Section> sections = ArchiveFormat.scan(channel);
    if (sections.size() < 2
        || !sections.get(0).tag().equals(MODEL)
        || !sections.get(1).tag().equals(STRUCTURE)) {
      throw new IOException("it does not begin with a model");
    }
    SectionStream head = new SectionStream(channel, sections.get(0));
    Header header = JSON.readValue(head.readAllBytes(), Header.class);
    byte[] structure = inflated(new SectionStream(channel, sections.get(1)));
    Map<String, long[]> shapes = new LinkedHashMap<>();
    List<Stored> arrays = new ArrayList<>();
    for (ArchiveFormat.Section section : sections.subList(2, sections.size())) {
      SectionStream in = new SectionStream(channel, section);
      boolean isState = section.tag().equals(UPDATER);
      if (!isState && !section.tag().equals(PARAMETER)) {
        throw new IOException("it has an unknown section " + section.tag());
      }
      StoredArray array = StoredArray.read(in);
      arrays.add(new Stored(isState, array, in));
      if (!isState) {
        shapes.put(array.name(), array.shape());
      }
    }
    DataType type = DataType.valueOf(header.dataType());
    PrunableModel view = Serialization.rebuild(header.type(), structure, type, shapes);
    PackedMasks masks = fill(view, arrays);
    view.setCounts(header.iteration(), header.epoch());
    return new Loaded(view.unwrap(), masks);
  }

  private static PackedMasks fill(PrunableModel view, List<Stored> arrays) throws IOException {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    view.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
    Map<String, INDArray> states = new LinkedHashMap<>();
    if (!Serialization.structureHoldsUpdater(view.unwrap())) {
      view.updaterStates().forEach(state -> states.put(name(state), state.array()));
    }
    Map<String, long[]> words = new LinkedHashMap<>();
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (Stored stored : arrays) {
      StoredArray array = stored.array();
      boolean isState = stored.isState();
      Parameter parameter = isState ? null : parameters.remove(array.name());
      INDArray target =
          isState ? states.get(array.name()) : parameter == null ? null : view.values(parameter);
      if (target == null || target.length() != array.length()) {
        throw new IOException("its model has no array like " + array.name());
      }
      try (INDArray flat = array.readValues(stored.values())) {
        if (isState) {
          target.assign(flat.reshape(target.shape()));
        } else {
          parameter.assignFlat(target, flat);
        }
      }
      if (!isState && array.mask() != null) {
        words.put(array.name(), array.mask());
        lengths.put(array.name(), array.length());
      }
    }
    if (!parameters.isEmpty()) {
      throw new IOException("it has no values of " + parameters.keySet());
    }
    return PackedMasks.of(words, lengths);
  }
}

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
package org.dl4jprune.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.file.AtomicFile;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A saved model with all that lies beside it in its file: the normaliser of its data, objects of
 * the user's. Files of DL4J's {@code ModelSerializer} and of {@code SameDiff.save} are read and
 * written.
 */
public final class ModelFile {
  private static final Set<String> OF_THE_MODEL =
      Set.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN,
          ModelSerializer.NO_PARAMS_MARKER);

  private final PrunableModel model;
  private final Map<String, byte[]> others;

  private ModelFile(PrunableModel model, Map<String, byte[]> others) {
    this.model = model;
    this.others = others;
  }

  /**
   * A model that comes from no file.
   *
   * @param model its view
   * @return a file to be, with nothing beside the model
   */
  public static ModelFile of(PrunableModel model) {
    return new ModelFile(model, Map.of());
  }

  /**
   * Reads a model with its updater's state.
   *
   * @param file written by {@code ModelSerializer} or {@code SameDiff.save}
   * @return the model and what lies beside it
   * @throws IOException if the file does not exist or cannot be read
   * @throws IllegalArgumentException if it holds no model, or a damaged one
   */
  public static ModelFile read(File file) throws IOException {
    if (!file.isFile()) {
      throw new FileNotFoundException("There is no model file " + file);
    }
    try {
      return Serialization.isZip(file.toPath())
          ? readZip(file)
          : of(PrunableModel.of(SameDiff.load(file, true)));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "%s holds no model that can be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static ModelFile readZip(File file) throws IOException {
    Map<String, byte[]> others = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file)) {
      ZipEntry configuration = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (configuration == null) {
        throw new IOException("it has no " + ModelSerializer.CONFIGURATION_JSON);
      }
      JsonNode json = new ObjectMapper().readTree(zip.getInputStream(configuration));
      for (ZipEntry entry :
          zip.stream().filter(e -> !OF_THE_MODEL.contains(e.getName())).toList()) {
        others.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
      return new ModelFile(
          json.has("vertices")
              ? PrunableModel.of(ModelSerializer.restoreComputationGraph(file, true))
              : PrunableModel.of(ModelSerializer.restoreMultiLayerNetwork(file, true)),
          others);
    }
  }

  /**
   * The view of the model.
   *
   * @return {@code model().unwrap()} is the model itself
   */
  public PrunableModel model() {
    return model;
  }

  /**
   * Another model, with the same things beside it but for masks, which are of this one's shapes.
   *
   * @param other takes this model's place
   * @return a file to be
   */
  public ModelFile with(PrunableModel other) {
    Map<String, byte[]> kept = new LinkedHashMap<>(others);
    kept.keySet().removeIf(name -> name.startsWith(Serialization.OWN_ENTRIES));
    return new ModelFile(other, kept);
  }

  /**
   * Writes beside the file, then moves it there, so that the file is whole or as it was. The
   * updater's state is written where the model has one.
   *
   * @param file where to; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public void write(File file) throws IOException {
    Path target = file.toPath().toAbsolutePath();
    if (others.isEmpty()) {
      AtomicFile.stream(target, out -> Serialization.write(model.unwrap(), out, updater()));
      return;
    }
    Path bare = AtomicFile.beside(target);
    try {
      AtomicFile.stream(bare, out -> Serialization.write(model.unwrap(), out, updater()));
      AtomicFile.stream(target, out -> copyWithOthers(bare, out));
    } finally {
      Files.deleteIfExists(bare);
    }
  }

  private boolean updater() {
    return model.unwrap() instanceof SameDiff || model.hasUpdaterState();
  }

  // DL4J reads no zip with folders in it, so that the zip is written anew and not added to in
  // place.
  private void copyWithOthers(Path zip, OutputStream to) throws IOException {
    try (ZipFile written = new ZipFile(zip.toFile())) {
      ZipOutputStream out = new ZipOutputStream(to);
      for (ZipEntry entry : written.stream().toList()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        written.getInputStream(entry).transferTo(out);
        out.closeEntry();
      }
      for (Map.Entry<String, byte[]> other : others.entrySet()) {
        out.putNextEntry(new ZipEntry(other.getKey()));
        out.write(other.getValue());
        out.closeEntry();
      }
      out.finish();
    }
  }
}

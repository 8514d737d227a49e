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

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.graph.FlatGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Models to bytes and back, in the formats of DL4J and SameDiff. */
public final class Serialization {
  /** The folder of this library's own entries in a model's file: masks, times, configuration. */
  public static final String OWN_ENTRIES = "dl4jprune/";

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private Serialization() {}

  /**
   * Writes a model as {@code ModelSerializer} or {@code SameDiff.save} would.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param out is left open
   * @param updater whether the state of the updater is written too
   * @throws IOException if the stream cannot be written
   */
  public static void write(Object model, OutputStream out, boolean updater) throws IOException {
    if (PrunableModel.ofAny(model).unwrap() instanceof SameDiff graph) {
      ByteBuffer bytes = graph.asFlatBuffers(updater);
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      ModelSerializer.writeModel((Model) model, out, updater);
    }
    out.flush();
  }

  /**
   * Reads what {@link #write}, {@code ModelSerializer} or {@code SameDiff.save} has written.
   *
   * @param file a file of one of the three model classes
   * @param updater whether the state of the updater is read too, where the file has one
   * @return a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @throws IOException if the file cannot be read or holds none of them
   */
  public static Object read(Path file, boolean updater) throws IOException {
    try {
      if (!isZip(file)) {
        return SameDiff.load(file.toFile(), updater);
      }
      return isGraph(file)
          ? ModelSerializer.restoreComputationGraph(file.toFile(), updater)
          : ModelSerializer.restoreMultiLayerNetwork(file.toFile(), updater);
    } catch (RuntimeException e) {
      throw new IOException(
          "%s holds no model of DL4J or SameDiff that can be read".formatted(file), e);
    }
  }

  /**
   * Whether a file is a zip, as DL4J's are; SameDiff's are not.
   *
   * @param file any file
   * @return whether it begins with a zip's first entry
   * @throws IOException if it cannot be read
   */
  public static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    }
  }

  private static boolean isGraph(Path file) throws IOException {
    return configuration(file).has("vertices");
  }

  private static JsonNode configuration(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (entry == null) {
        throw new IOException("%s has no %s".formatted(file, ModelSerializer.CONFIGURATION_JSON));
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return new ObjectMapper().readTree(in);
      }
    }
  }

  /**
   * A model without the values of its parameters: the configuration of a DL4J network as JSON, or a
   * SameDiff graph in its own format with its constants and, if asked for, its updater state.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @param updater whether a SameDiff graph's updater state is included
   * @return what {@link #rebuild} reads
   */
  public static byte[] structure(Object model, boolean updater) {
    PrunableModel view = PrunableModel.ofAny(model);
    if (model instanceof MultiLayerNetwork network) {
      return network.getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8);
    }
    if (model instanceof ComputationGraph graph) {
      return graph.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8);
    }
    SameDiff copy = ((SameDiff) model).dup();
    SingleThreadArrayHolder variables = new SingleThreadArrayHolder();
    copy.setArrayHolders(variables, new SingleThreadArrayHolder(), true);
    view.parameters().forEach(parameter -> variables.removeArray(parameter.name()));
    ByteBuffer bytes = copy.asFlatBuffers(updater);
    int start = bytes.arrayOffset() + bytes.position();
    return Arrays.copyOfRange(bytes.array(), start, start + bytes.remaining());
  }

  /**
   * Whether {@link #structure} can include the updater state.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}
   * @return true for SameDiff
   */
  public static boolean structureHoldsUpdater(Object model) {
    return model instanceof SameDiff;
  }

  /**
   * The number of training steps that a model file says it has had.
   *
   * @param file a file of DL4J or SameDiff
   * @return the count, 0 for a SameDiff graph without a training configuration
   * @throws IOException if the file cannot be read or holds no model
   */
  public static long iteration(Path file) throws IOException {
    if (isZip(file)) {
      return configuration(file).path("iterationCount").asLong();
    }
    try {
      String config =
          FlatGraph.getRootAsFlatGraph(ByteBuffer.wrap(Files.readAllBytes(file))).trainingConfig();
      return config == null ? 0 : TrainingConfig.fromJson(config).getIterationCount();
    } catch (RuntimeException e) {
      throw new IOException("%s holds no SameDiff graph".formatted(file), e);
    }
  }

  /**
   * Makes a model of its structure; the values of its parameters are zero.
   *
   * @param type the simple name of its class
   * @param structure what {@link #structure} has given
   * @param dataType the type of the parameters
   * @param shapes the shape of each parameter by name; nothing is allocated beyond them
   * @return a view of the new model
   * @throws IOException if the structure has other parameters than these, or cannot be read
   */
  public static PrunableModel rebuild(
      String type, byte[] structure, DataType dataType, Map<String, long[]> shapes)
      throws IOException {
    long length =
        shapes.values().stream()
            .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
            .sum();
    switch (type) {
      case "MultiLayerNetwork" -> {
        MultiLayerConfiguration configuration =
            MultiLayerConfiguration.fromJson(new String(structure, StandardCharsets.UTF_8));
        check(
            length,
            configuration.getConfs().stream()
                .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
                .sum());
        configuration.setDataType(dataType);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init(Nd4j.zeros(dataType, 1, length), false);
        return PrunableModel.of(network);
      }
      case "ComputationGraph" -> {
        ComputationGraphConfiguration configuration =
            ComputationGraphConfiguration.fromJson(new String(structure, StandardCharsets.UTF_8));
        check(
            length,
            configuration.getVertices().values().stream()
                .mapToLong((GraphVertex vertex) -> vertex.numParams(true))
                .sum());
        configuration.setDataType(dataType);
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init(Nd4j.zeros(dataType, 1, length), false);
        return PrunableModel.of(graph);
      }
      case "SameDiff" -> {
        SameDiff graph = SameDiff.fromFlatBuffers(ByteBuffer.wrap(structure));
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
          SDVariable variable = graph.getVariable(entry.getKey());
          if (variable == null || variable.getVariableType() != VariableType.VARIABLE) {
            throw new IOException("the graph has no variable " + entry.getKey());
          }
          INDArray zeros = Nd4j.zeros(dataType, entry.getValue());
          graph.setArrayForVariable(entry.getKey(), zeros);
        }
        return PrunableModel.of(graph);
      }
      default -> throw new IOException("a model of class %s is unknown".formatted(type));
    }
  }

  private static void check(long stored, long configured) throws IOException {
    if (stored != configured) {
      throw new IOException(
          "%d parameters are stored and the configuration has %d".formatted(stored, configured));
    }
  }
}

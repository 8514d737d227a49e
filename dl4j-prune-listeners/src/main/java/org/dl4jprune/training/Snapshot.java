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
package org.dl4jprune.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.io.SealedFile;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that a training goes on from: every parameter, running statistics included, the updater's
 * state, the iteration and epoch counts, and the state of ND4J's global random numbers, which
 * dropout draws from. The position in the data follows from the iteration count and the seed of the
 * order.
 *
 * <p>A SameDiff graph's constants are not part of it.
 */
public final class Snapshot implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String KIND = "snapshot";
  private static final int VERSION = 1;

  private final Head head;
  private final List<INDArray> values;
  private final List<INDArray> states;

  /** What is written as JSON in front of the arrays. */
  private record Head(
      String modelClass,
      Map<String, long[]> shapes,
      List<String> states,
      long iteration,
      long epoch,
      long randomRoot,
      long randomNode) {}

  private Snapshot(Head head, List<INDArray> values, List<INDArray> states) {
    this.head = head;
    this.values = values;
    this.states = states;
  }

  /**
   * Copies a state.
   *
   * @param model the model
   * @return arrays of its own
   */
  public static Snapshot of(PrunableModel model) {
    List<UpdaterState> live = model.updaterStates();
    Head head =
        new Head(
            model.unwrap().getClass().getSimpleName(),
            shapes(model),
            live.stream().map(Snapshot::key).toList(),
            model.iteration(),
            model.epoch(),
            Nd4j.getRandom().rootState(),
            Nd4j.getRandom().nodeState());
    return new Snapshot(
        head,
        model.blocks().stream().map(block -> block.values().dup()).toList(),
        live.stream().map(state -> state.array().dup()).toList());
  }

  private static Map<String, long[]> shapes(PrunableModel model) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      shapes.put(parameter.name(), parameter.shape());
    }
    return shapes;
  }

  private static String key(UpdaterState state) {
    return "%s of %s from %d".formatted(state.key(), state.block().name(), state.start());
  }

  /**
   * How far the training was.
   *
   * @return the number of steps
   */
  public long iteration() {
    return head.iteration();
  }

  /**
   * Sets a model to this state.
   *
   * @param model a model of the same class and shapes, changed in place
   * @throws IllegalArgumentException if class, shapes or updater differ; then nothing has changed
   * @throws IllegalStateException if a SameDiff graph has not made its updaters yet, which it does
   *     in its first training step; then nothing has changed
   */
  public void restore(PrunableModel model) {
    checkFits(model);
    Map<String, INDArray> byKey = new LinkedHashMap<>();
    for (int i = 0; i < states.size(); i++) {
      byKey.put(head.states().get(i), states.get(i));
    }
    List<UpdaterState> live = model.updaterStates();
    byKey.keySet().stream()
        .filter(key -> live.stream().noneMatch(state -> key(state).equals(key)))
        .findFirst()
        .ifPresent(key -> missing(model, key));
    restoreValues(model);
    for (UpdaterState state : live) {
      INDArray saved = byKey.get(key(state));
      if (saved == null) {
        state.array().assign(state.initialValue());
      } else {
        state.array().assign(saved);
      }
    }
    restoreClock(model);
  }

  private static void missing(PrunableModel model, String key) {
    if (model.updaterStates().isEmpty() && model.iteration() == 0) {
      throw new IllegalStateException(
          "The model has no updater state yet, and the snapshot has %s; train one step first"
              .formatted(key));
    }
    throw new IllegalArgumentException(
        "The model's updater has no state %s; give it the updater of the snapshot".formatted(key));
  }

  /**
   * Whether a model can take the updater state: a SameDiff graph only has one after its first step.
   *
   * @param model the model
   * @return false if {@link #restore} needs a step before it
   */
  public boolean needsFirstStep(PrunableModel model) {
    return !states.isEmpty() && model.updaterStates().isEmpty();
  }

  /**
   * Sets the parameters of a model and nothing else.
   *
   * @param model a model of the same class and shapes, changed in place
   * @throws IllegalArgumentException if they differ; then nothing has changed
   */
  public void restoreValues(PrunableModel model) {
    checkFits(model);
    List<ParameterBlock> blocks = model.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).values().assign(values.get(i));
    }
  }

  /**
   * Sets the counts that schedules go by and the random numbers, and nothing else.
   *
   * @param model the model
   */
  public void restoreClock(PrunableModel model) {
    ModelTraining.setCounts(model, head.iteration(), head.epoch());
    Nd4j.getRandom().setStates(head.randomRoot(), head.randomNode());
  }

  private void checkFits(PrunableModel model) {
    String given = model.unwrap().getClass().getSimpleName();
    if (!given.equals(head.modelClass())) {
      throw new IllegalArgumentException(
          "The snapshot is of a %s and the model is a %s".formatted(head.modelClass(), given));
    }
    Map<String, long[]> shapes = shapes(model);
    if (!text(shapes).equals(text(head.shapes()))) {
      throw new IllegalArgumentException(
          "The snapshot has parameters %s and the model %s"
              .formatted(text(head.shapes()), text(shapes)));
    }
  }

  private static String text(Map<String, long[]> shapes) {
    List<String> parts = new ArrayList<>();
    shapes.forEach((name, shape) -> parts.add(name + java.util.Arrays.toString(shape)));
    return String.join(", ", parts);
  }

  /**
   * Writes this to a file of its own.
   *
   * @param file is whole or not there, whatever happens
   * @throws IOException if the disk refuses
   */
  public void save(Path file) throws IOException {
    SealedFile.write(file, KIND, VERSION, this::writeTo);
  }

  /**
   * Reads a file.
   *
   * @param file as {@link #save} wrote it
   * @return the snapshot
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is no snapshot, or damaged
   */
  public static Snapshot load(Path file) throws IOException {
    return SealedFile.read(file, KIND, VERSION, Snapshot::readFrom);
  }

  /**
   * Writes this into a larger file.
   *
   * @param out where to
   * @throws IOException if it cannot be written
   */
  public void writeTo(DataOutputStream out) throws IOException {
    byte[] json = MAPPER.writeValueAsString(head).getBytes(StandardCharsets.UTF_8);
    out.writeInt(json.length);
    out.write(json);
    out.writeInt(values.size());
    for (INDArray array : values) {
      Nd4j.write(array, out);
    }
    for (INDArray array : states) {
      Nd4j.write(array, out);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param in at its beginning
   * @return the snapshot
   * @throws IOException if it cannot be read
   */
  public static Snapshot readFrom(DataInputStream in) throws IOException {
    byte[] json = in.readNBytes(in.readInt());
    Head head = MAPPER.readValue(json, Head.class);
    int blocks = in.readInt();
    return new Snapshot(head, arrays(in, blocks), arrays(in, head.states().size()));
  }

  private static List<INDArray> arrays(DataInputStream in, int count) {
    List<INDArray> arrays = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arrays.add(Nd4j.read(in));
    }
    return arrays;
  }

  @Override
  public void close() {
    values.forEach(INDArray::close);
    states.forEach(INDArray::close);
  }
}

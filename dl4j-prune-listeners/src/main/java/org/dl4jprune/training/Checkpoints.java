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

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dl4jprune.file.AtomicFile;

/**
 * The directory of a procedure: the files of its finished rounds, and {@code progress.json}, which
 * is written after a round's files and so names only what is whole. A procedure that is started
 * again in the directory goes on after the last finished round.
 */
public final class Checkpoints {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String FILE = "progress.json";
  private static final String OPEN = "open-round.json";

  private final Path directory;
  private final Map<String, String> settings;
  private final List<Map<String, Object>> rounds;

  /** The content of the file. */
  private record Progress(Map<String, String> settings, List<Map<String, Object>> rounds) {}

  /** What is known of a round that is not finished, by the number of those before it. */
  private record Open(int round, Map<String, Object> part) {}

  private Checkpoints(
      Path directory, Map<String, String> settings, List<Map<String, Object>> rounds) {
    this.directory = directory;
    this.settings = settings;
    this.rounds = rounds;
  }

  /**
   * Opens or makes the directory.
   *
   * @param directory of one procedure alone
   * @param settings all that the result depends on, as text
   * @return what is finished so far
   * @throws IllegalArgumentException if the directory holds a procedure of other settings, which
   *     are named, or is not readable as one
   * @throws UncheckedIOException if the disk refuses
   */
  public static Checkpoints in(Path directory, Map<String, String> settings) {
    Path file = directory.resolve(FILE);
    try {
      Files.createDirectories(directory);
      if (!Files.exists(file)) {
        return new Checkpoints(directory, new LinkedHashMap<>(settings), new ArrayList<>());
      }
      Progress found;
      try {
        found = MAPPER.readValue(file.toFile(), Progress.class);
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new IllegalArgumentException(
            "%s is no progress of a procedure; give another directory".formatted(file), e);
      }
      settings.forEach((name, value) -> checkSame(directory, name, found.settings(), value));
      return new Checkpoints(directory, found.settings(), new ArrayList<>(found.rounds()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The checkpoints in %s cannot be read".formatted(directory), e);
    }
  }

  private static void checkSame(
      Path directory, String name, Map<String, String> found, String value) {
    if (!value.equals(found.get(name))) {
      throw new IllegalArgumentException(
          "%s holds a procedure with %s %s, not %s; give another directory, or the same settings"
              .formatted(directory, name, found.get(name), value));
    }
  }

  /**
   * The finished rounds.
   *
   * @param <T> a record that Jackson reads
   * @param type its class
   * @return in their order
   */
  public <T> List<T> rounds(Class<T> type) {
    return rounds.stream().map(round -> MAPPER.convertValue(round, type)).toList();
  }

  /**
   * A file of the procedure.
   *
   * @param name its name
   * @return its path; it need not exist
   */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /**
   * Says that a round is finished; all its files must be there.
   *
   * @param round a record that Jackson writes
   * @throws UncheckedIOException if the disk refuses; then the round is not finished
   */
  public void finish(Object round) {
    rounds.add(MAPPER.convertValue(round, new TypeReference<Map<String, Object>>() {}));
    try {
      String text = MAPPER.writeValueAsString(new Progress(settings, rounds));
      AtomicFile.text(directory.resolve(FILE), text);
    } catch (IOException e) {
      rounds.remove(rounds.size() - 1);
      throw new UncheckedIOException(
          "The progress in %s cannot be written".formatted(directory), e);
    }
  }

  /**
   * Notes what is known of the round that comes next, so that a long one need not begin anew.
   *
   * @param part a record that Jackson writes; replaces what was noted before
   * @throws UncheckedIOException if the disk refuses
   */
  public void note(Object part) {
    Map<String, Object> content = MAPPER.convertValue(part, new TypeReference<>() {});
    try {
      AtomicFile.text(
          directory.resolve(OPEN), MAPPER.writeValueAsString(new Open(rounds.size(), content)));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "A part of a round in %s cannot be written".formatted(directory), e);
    }
  }

  /**
   * What was noted of the round that comes next.
   *
   * @param <T> a record that Jackson reads
   * @param type its class
   * @return empty if nothing was noted since the last finished round
   * @throws UncheckedIOException if the disk refuses
   */
  public <T> Optional<T> noted(Class<T> type) {
    Path file = directory.resolve(OPEN);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Open open = MAPPER.readValue(file.toFile(), Open.class);
      // A finished round leaves its last note behind.
      return open.round() == rounds.size()
          ? Optional.of(MAPPER.convertValue(open.part(), type))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read; delete it".formatted(file), e);
    }
  }
}

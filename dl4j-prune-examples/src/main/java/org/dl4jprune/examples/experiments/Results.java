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
package org.dl4jprune.examples.experiments;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.dl4jprune.file.AtomicFile;

/** The finished cases of one study, in a JSON file that is replaced as a whole. */
final class Results {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;
  private final Map<String, Map<String, Map<String, Double>>> values;

  private Results(Path file, Map<String, Map<String, Map<String, Double>>> values) {
    this.file = file;
    this.values = values;
  }

  static Results in(Path folder, Study study) {
    Path file = folder.resolve(study.name() + ".json");
    try {
      Files.createDirectories(folder);
      return new Results(
          file,
          Files.exists(file)
              ? MAPPER.readValue(file.toFile(), new TypeReference<>() {})
              : new LinkedHashMap<>());
    } catch (IOException e) {
      throw new UncheckedIOException("Results cannot be read from " + file, e);
    }
  }

  boolean has(Case one) {
    return values.getOrDefault(one.group(), Map.of()).containsKey(String.valueOf(one.seed()));
  }

  void put(Case one, Map<String, Double> measured) {
    values
        .computeIfAbsent(one.group(), group -> new LinkedHashMap<>())
        .put(String.valueOf(one.seed()), measured);
    try {
      AtomicFile.text(file, MAPPER.writeValueAsString(values));
    } catch (IOException e) {
      throw new UncheckedIOException("Results cannot be written to " + file, e);
    }
  }

  /** The mean of a number over the seeds; empty where no case has it. */
  OptionalDouble mean(String group, String column) {
    return values.getOrDefault(group, Map.of()).values().stream()
        .filter(row -> row.containsKey(column))
        .mapToDouble(row -> row.get(column))
        .average();
  }

  /** A Markdown table: the mean over the seeds, and the standard deviation where there are more. */
  String table(List<Case> cases) {
    Set<String> groups = new LinkedHashSet<>();
    cases.forEach(one -> groups.add(one.group()));
    Set<String> columns = new LinkedHashSet<>();
    groups.forEach(
        group ->
            values
                .getOrDefault(group, Map.of())
                .values()
                .forEach(row -> columns.addAll(row.keySet())));
    StringBuilder text = new StringBuilder("| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append(" seeds |\n|---|").append("---|".repeat(columns.size() + 1)).append('\n');
    for (String group : groups) {
      Map<String, Map<String, Double>> rows = values.getOrDefault(group, Map.of());
      text.append("| ").append(group).append(" |");
      for (String column : columns) {
        List<Double> numbers = new ArrayList<>();
        rows.values().forEach(row -> numbers.add(row.get(column)));
        numbers.removeIf(java.util.Objects::isNull);
        text.append(' ').append(summary(numbers)).append(" |");
      }
      text.append(' ').append(rows.size()).append(" |\n");
    }
    return text.toString();
  }

  private static String summary(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return "–";
    }
    double mean = numbers.stream().mapToDouble(n -> n).average().orElseThrow();
    if (numbers.size() == 1) {
      return "%.2f".formatted(mean);
    }
    double squares = numbers.stream().mapToDouble(n -> (n - mean) * (n - mean)).sum();
    return "%.2f ± %.2f".formatted(mean, Math.sqrt(squares / (numbers.size() - 1)));
  }
}

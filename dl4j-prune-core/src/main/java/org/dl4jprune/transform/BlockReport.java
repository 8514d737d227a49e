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
package org.dl4jprune.transform;

import java.util.ArrayList;
import java.util.List;

/**
 * What a removal of blocks did.
 *
 * @param criterion what the blocks were scored by
 * @param rows one for each removable block, in the order of the model
 * @param parametersBefore the number of parameters of the model
 * @param parametersAfter the number that is left
 * @param operationsBefore multiply-accumulates for one example, or -1 if there were no data to
 *     count them on
 * @param operationsAfter the number that is left, or -1
 * @param remarks warnings, and whatever was added by {@link #with}
 */
public record BlockReport(
    String criterion,
    List<Row> rows,
    long parametersBefore,
    long parametersAfter,
    long operationsBefore,
    long operationsAfter,
    List<String> remarks) {

  /**
   * One removable block.
   *
   * @param name the vertex, layer or variable that it ends with
   * @param score what it is worth; the lowest go first
   * @param removed whether it is gone
   */
  public record Row(String name, double score, boolean removed) {}

  /**
   * Copies its arguments.
   *
   * @param criterion what the blocks were scored by
   * @param rows one for each removable block
   * @param parametersBefore the number of parameters of the model
   * @param parametersAfter the number that is left
   * @param operationsBefore multiply-accumulates for one example, or -1
   * @param operationsAfter the number that is left, or -1
   * @param remarks in words
   */
  public BlockReport {
    rows = List.copyOf(rows);
    remarks = List.copyOf(remarks);
  }

  /**
   * The blocks that are gone.
   *
   * @return their names in the order of the model
   */
  public List<String> removed() {
    return rows.stream().filter(Row::removed).map(Row::name).toList();
  }

  /**
   * The same report with one more line, such as the energy that the smaller model saved.
   *
   * @param line its {@code toString()} is added
   * @return a new report
   */
  public BlockReport with(Object line) {
    List<String> more = new ArrayList<>(remarks);
    more.add(line.toString());
    return new BlockReport(
        criterion,
        rows,
        parametersBefore,
        parametersAfter,
        operationsBefore,
        operationsAfter,
        more);
  }

  /**
   * The report in words.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d of %d removable blocks are gone, scored by %s"
            .formatted(removed().size(), rows.size(), criterion));
    for (Row row : rows) {
      lines.add("%-8s %14.6g  %s".formatted(row.removed ? "removed" : "kept", row.score, row.name));
    }
    lines.add(left("parameters", parametersBefore, parametersAfter));
    if (operationsBefore >= 0) {
      lines.add(left("multiply-accumulates", operationsBefore, operationsAfter));
    }
    lines.addAll(remarks);
    return String.join(System.lineSeparator(), lines);
  }

  private static String left(String what, long before, long after) {
    return "%,d of %,d %s are left (%.2f %%)"
        .formatted(after, before, what, 100.0 * after / before);
  }

  @Override
  public String toString() {
    return toText();
  }
}

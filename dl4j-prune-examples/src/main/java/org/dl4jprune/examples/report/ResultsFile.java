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
package org.dl4jprune.examples.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dl4jprune.examples.run.RunResult;

/** A comparison for programs: the components of {@link Experiment} with all digits. */
public final class ResultsFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ResultsFile() {}

  /**
   * Writes JSON. To each result's {@code pruning} the sums are added: {@code weights}, {@code
   * zeros} and {@code reachedSparsity}.
   *
   * @param experiment what was run and what it came to
   * @return the text of a JSON file
   */
  public static String of(Experiment experiment) {
    ObjectNode root = JSON.valueToTree(experiment);
    for (int i = 0; i < experiment.results().size(); i++) {
      RunResult result = experiment.results().get(i);
      ObjectNode node = (ObjectNode) root.get("results").get(i);
      node.put("method", result.method().toString());
      ObjectNode pruning = (ObjectNode) node.get("pruning");
      pruning.put("weights", result.pruning().weights());
      pruning.put("zeros", result.pruning().zeros());
      pruning.put("reachedSparsity", result.pruning().reachedSparsity());
    }
    ObjectNode setting = (ObjectNode) root.get("setting");
    setting.put("network", experiment.setting().network().toString());
    setting.put("engine", experiment.setting().engine().toString());
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and names can always be written", e);
    }
  }
}

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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The study of FedTiny with tiny numbers. */
class FederatedStudyTest {
  @TempDir Path folder;

  @Test
  void allArmsFillTheTable() throws IOException {
    FederatedStudy study = new FederatedStudy(FashionMnist.sample().limit(128), 2, 3, 1, 2, folder);
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    study.cases(List.of(1L)).forEach(one -> rows.put(one.group(), one.measure().get()));
    assertEquals(6, rows.size());
    Map<String, Double> dense = rows.get("dense averaging");
    // 268,610 weights, biases, scales and shifts and running statistics, two clients, both ways.
    assertEquals(4.0 * (266_200 + 410 + 1_600) * 4 / 1e3, dense.get("kB a round"), 1e-9);
    for (Map<String, Double> row : rows.values()) {
      assertTrue(row.get("accuracy") > 0 && row.get("accuracy") <= 100, row.toString());
      assertTrue(
          row == dense || row.get("kB a round") < 2 * 0.02 * dense.get("kB a round"),
          row.toString());
    }
    assertTrue(rows.get("FedTiny").get("exchanged") > 0);
    assertEquals(0, rows.get("choice of the mask alone").get("exchanged"));
    assertEquals(-1, rows.get("magnitude, fixed").get("candidate"));
    assertTrue(rows.get("FedTiny").get("candidate") >= 0);
    assertTrue(study.setting().contains("128 training images in 2 clients"), study.setting());
    String page = Files.readString(folder.resolve("fedtiny-seed1.html"));
    assertEquals(2, page.split("<svg").length - 1);
    assertTrue(page.contains("<td>4_W</td><td>"), page);
  }
}

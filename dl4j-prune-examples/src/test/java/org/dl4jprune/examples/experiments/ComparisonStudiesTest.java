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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The studies that compare ways to the same sparsity, with tiny numbers. */
class ComparisonStudiesTest {
  private static final FashionMnist DATA = FashionMnist.sample().limit(128);

  @TempDir Path folder;

  private static Map<String, Map<String, Double>> rows(Study study, List<Long> seeds) {
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    for (Case one : study.cases(seeds)) {
      rows.put(one.group() + " of " + one.seed(), one.measure().get());
    }
    return rows;
  }

  @Test
  void scratchTrainingFillsItsTable() {
    ScratchStudy study = new ScratchStudy(DATA, 2, folder);
    Map<String, Map<String, Double>> rows = rows(study, List.of(1L, 2L));
    assertEquals(4 * 3, rows.size());
    Map<String, Double> neurons = rows.get("half of the neurons, rate 0.1 of 2");
    for (String arm : List.of("dense", "fine-tune", "scratch-e", "scratch-b", "ticket")) {
      assertTrue(neurons.get(arm) > 0 && neurons.get(arm) <= 100, arm + neurons);
    }
    // 266,200 multiply-accumulates before and 125,500 after, and two epochs.
    assertEquals(4, neurons.get("E_B"));
    Map<String, Double> weights = rows.get("95 % of the weights, rate 0.01 of 1");
    assertFalse(weights.containsKey("scratch-b"));
    Map<String, Double> differences =
        rows.get("half of the neurons, rate 0.1, differences of 2 seeds of 0");
    double mean =
        (neurons.get("ticket")
                - neurons.get("fine-tune")
                + rows.get("half of the neurons, rate 0.1 of 1").get("ticket")
                - rows.get("half of the neurons, rate 0.1 of 1").get("fine-tune"))
            / 2;
    assertEquals(mean, differences.get("ticket"), 1e-9);
    assertTrue(differences.get("ticket, low") <= differences.get("ticket, high"));
    assertTrue(study.setting().contains("128 training images"), study.setting());
  }

  @Test
  void theOracleFillsItsTableAndItsPages() {
    OracleStudy study = new OracleStudy(new Setup(DATA, 2, 32, 0.1, 0), DATA.limit(64), 4, folder);
    Map<String, Map<String, Double>> rows = rows(study, List.of(1L));
    assertEquals(3, rows.size());
    for (Map<String, Double> row : rows.values()) {
      assertTrue(Math.abs(row.get("tau, loss")) <= 1, row.toString());
      assertTrue(Math.abs(row.get("tau, accuracy by L1")) <= 1, row.toString());
      assertTrue(row.get("anomaly ratio, accuracy") < 1, row.toString());
      assertTrue(row.get("rank of Taylor") < 6 && row.get("rank of L1") < 6, row.toString());
    }
    assertTrue(Files.exists(folder.resolve("3-epochs-seed1.html")));
  }

  @Test
  void thePqIndexFillsItsTable() {
    SparsityInformedStudy study =
        new SparsityInformedStudy(new Setup(DATA, 1, 64, 0.1, 1e-4), 2, folder);
    Map<String, Map<String, Double>> rows = rows(study, List.of(1L, 2L));
    assertEquals(3 * (4 + 2), rows.size());
    double first = rows.get("γ = 1, density of 1").get("round 1");
    double index = rows.get("γ = 1, index of 1").get("dense");
    assertEquals(100 - index, first, 1e-3, "for p = 0.5 and q = 1 the share that goes is I");
    assertTrue(rows.get("γ = 2, density of 1").get("round 1") < first);
    assertEquals(64, rows.get("fixed, density of 2").get("round 2"), 1e-3);
  }

  @Test
  void rateDistortionFillsItsTable() {
    Map<String, Map<String, Double>> rows =
        rows(new RateDistortionStudy(DATA, 5, folder), List.of(1L));
    assertEquals(6, rows.size());
    Map<String, Double> once = rows.get("rate-distortion of 1");
    Map<String, Double> again = rows.get("rate-distortion, again of 1");
    for (String sparsity : List.of("80", "90", "95", "97")) {
      String column = sparsity + " % d";
      assertTrue(again.get(column) <= once.get(column), sparsity + ": " + again + once);
      assertTrue(once.get(sparsity + " % joint / sum") > 0, once.toString());
      assertFalse(again.containsKey(sparsity + " % joint / sum"), again.toString());
    }
    assertTrue(once.containsKey("95 % tuned") && again.containsKey("95 % tuned"));
  }
}

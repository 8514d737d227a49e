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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The studies of lottery tickets and soups with tiny numbers. */
class LotteryStudiesTest {
  @TempDir Path folder;

  private static List<Map<String, Double>> rows(Study study) {
    List<Map<String, Double>> rows = new ArrayList<>();
    for (Case one : study.cases(List.of(1L))) {
      rows.add(one.measure().get());
    }
    return rows;
  }

  @Test
  void theLotteryFillsItsTable() {
    FashionMnist data = FashionMnist.sample().limit(256);
    Lottery study = Lottery.lenet(new Setup(data, 1, 64, 0.1, 0), List.of(0.0, 0.5), 2, folder);
    List<Map<String, Double>> rows = rows(study);
    assertEquals(5, rows.size());
    for (Map<String, Double> row : rows) {
      double accuracy = row.get("75.0 % zeros");
      assertTrue(accuracy > 0 && accuracy <= 100, row.toString());
    }
    assertEquals(rows.get(0).get("dense"), rows.get(1).get("dense"));
    assertTrue(rows.get(0).get("distance to pruning") > 0);
    assertTrue(rows.get(0).get("angle to order") > 0);
    assertTrue(study.setting().contains("256 training images"), study.setting());
    Results results = Results.in(folder, study);
    List<Case> cases = study.cases(List.of(1L));
    for (int i = 0; i < rows.size(); i++) {
      results.put(cases.get(i), rows.get(i));
    }
    String page = study.page(results).orElseThrow();
    assertTrue(page.contains("<td>%.2f</td>".formatted(rows.get(1).get("75.0 % zeros"))), page);
    assertTrue(page.contains("tickets, k = 50 % of T") && page.contains("random mask, k = 0"));
  }

  @Test
  void theSoupsFillTheirTable() {
    List<Map<String, Double>> rows =
        rows(new Soups(FashionMnist.sample().holdOut(400, 100), 300, 1, 1, 1, folder));
    assertEquals(3, rows.size());
    for (Map<String, Double> row : rows) {
      for (String column :
          List.of("dense", "copies, mean", "uniform soup", "greedy soup", "RePrune", "IMP, 3·E")) {
        assertTrue(row.get(column) > 0 && row.get(column) <= 100, column + row);
      }
    }
    assertTrue(rows.get(1).containsKey("before recomputing"));
  }
}

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

import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.Test;

/** The studies of polarised gates at a size that a test can wait for. */
class PolarizationStudyTest {

  @Test
  void everyCaseOfThePerceptronRuns() {
    FashionMnist data = FashionMnist.sample().limit(128);
    List<Case> cases = PolarizationStudy.perceptron(data).cases(List.of(1L));
    assertEquals(5, cases.size());
    for (Case one : cases) {
      Map<String, Double> row = one.measure().get();
      assertTrue(row.get("extracted") > 0 && row.get("extracted") <= 100, one.group());
      if (row.containsKey("gated")) {
        assertTrue(row.get("agreement, %") >= 50 && row.get("agreement, %") <= 100);
        assertTrue(row.get("operations, %") > 0 && row.get("operations, %") <= 100);
      }
    }
  }

  @Test
  void blocksOfTheResidualNetworkAreGated() {
    FashionMnist data = FashionMnist.sample().holdOut(8, 8);
    Map<String, Double> row =
        PolarizationStudy.residual(data, 8).cases(List.of(2L)).get(0).measure().get();
    assertTrue(row.get("kept of the gates' cost, %") >= 0);
    assertTrue(row.get("extracted") >= 0);
  }
}

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
package org.dl4jprune.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people and programs read in a report. */
class PruningReportTest {
  private static final PruningReport REPORT =
      new PruningReport(
          "GraNet",
          0.75,
          1_300,
          List.of(
              new PruningReport.Layer("0_W", "DenseLayer", 1_000, 850, null),
              new PruningReport.Layer("1_W", "OutputLayer", 200, 50, 0.25)),
          List.of(
              new PruningReport.Update(0, 0.5, 600, 0),
              new PruningReport.Update(4, 0.75, 900, 31)));

  @Test
  void totalsAreSumsOverTheLayers() {
    assertEquals(1_200, REPORT.weights());
    assertEquals(900, REPORT.zeros());
    assertEquals(0.75, REPORT.reachedSparsity());
    assertEquals(0.85, REPORT.layers().get(0).sparsity());
  }

  @Test
  void theTableNamesEachLayerWithAskedAndReached() {
    List<String> lines = REPORT.toText().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals(
        List.of(
            "GraNet: asked 0.7500, reached 0.7500 (900 of 1,200 weights are zero; 1,300 parameters in all)",
            "parameter layer weights zeros asked reached",
            "0_W DenseLayer 1,000 850 global 0.8500",
            "1_W OutputLayer 200 50 0.2500 0.2500",
            "2 updates of the masks, at times 0 to 4; the last asked for 0.7500; 31 weights came back"),
        lines);
    assertEquals(REPORT.toText(), REPORT.toString());
  }

  @Test
  void aScheduleThatHasNotEndedIsSaid() {
    assertFalse(REPORT.toText().contains("not ended"));
    PruningReport early = new PruningReport("x", 0.9, 1_300, REPORT.layers(), REPORT.trace());
    assertTrue(early.toText().contains("the schedule has not ended yet"));
  }

  @Test
  void aCollapsedLayerIsNamed() {
    assertFalse(REPORT.toText().contains("collapse"));
    List<PruningReport.Layer> layers = new ArrayList<>(REPORT.layers());
    layers.add(new PruningReport.Layer("2_W", "DenseLayer", 8, 8, 1.0));
    PruningReport collapsed = new PruningReport("x", 0.9, 2_000, layers, List.of());
    assertTrue(collapsed.toText().contains("layer collapse: 2_W"));
  }

  @Test
  void jsonHoldsTheSameNumbersAndTheTrace() throws Exception {
    JsonNode json = new ObjectMapper().readTree(REPORT.toJson());
    assertEquals("GraNet", json.get("method").asText());
    assertEquals(0.75, json.get("askedSparsity").asDouble());
    assertEquals(0.75, json.get("reachedSparsity").asDouble());
    assertEquals(1_300, json.get("parameters").asLong());
    assertEquals(1_200, json.get("weights").asLong());
    assertEquals(900, json.get("zeros").asLong());
    JsonNode layers = json.get("layers");
    assertEquals("0_W", layers.get(0).get("name").asText());
    assertTrue(layers.get(0).get("askedSparsity").isNull());
    assertEquals(0.25, layers.get(1).get("askedSparsity").asDouble());
    assertEquals(850, layers.get(0).get("zeros").asLong());
    JsonNode update = json.get("trace").get(1);
    assertEquals(4, update.get("time").asLong());
    assertEquals(0.75, update.get("askedSparsity").asDouble());
    assertEquals(900, update.get("zeros").asLong());
    assertEquals(31, update.get("regrown").asLong());
  }
}

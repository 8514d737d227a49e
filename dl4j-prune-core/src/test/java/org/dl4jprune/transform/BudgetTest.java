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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.report.RemovalReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.MultiDataSet;

class BudgetTest {

  private static StructuredPruning of(MultiLayerNetwork network) {
    return StructuredPruning.of(network);
  }

  private static String message(StructuredPruning pruning) {
    return assertThrows(IllegalArgumentException.class, pruning::prune).getMessage();
  }

  @ParameterizedTest
  @EnumSource(PruningScope.class)
  void everyBudgetIsMetAndMissesByLessThanOneUnitMore(PruningScope scope) {
    MultiDataSet images = Nets.images(2);
    for (Budget budget :
        List.of(
            Budget.parameters(0.5), Budget.bytes(0.4), Budget.multiplyAccumulates(0.5, images))) {
      Thinned thinned = of(Nets.convolutional(20, 30, 40)).scope(scope).budget(budget).prune();
      RemovalReport.Measure measure = thinned.report().measure(budget.of().label());
      assertEquals(budget.fraction(), measure.asked());
      assertTrue(measure.reached() >= budget.fraction() - 1e-6, thinned::toText);
      // The dearest unit of this network takes less than a fortieth of all.
      assertTrue(measure.reached() < budget.fraction() + 0.05, thinned::toText);
      assertEquals(thinned.parametersAfter(), thinned.report().measure("parameters").after());
    }
  }

  @ParameterizedTest
  @EnumSource(PruningScope.class)
  void roundedWidthsMeetTheBudgetToo(PruningScope scope) {
    Thinned thinned =
        of(Nets.convolutional(24, 32, 40))
            .scope(scope)
            .multiplyAccumulates(0.5, Nets.images(1))
            .roundTo(8)
            .prune();
    assertTrue(thinned.report().measure("multiply-accumulates").reached() >= 0.5, thinned::toText);
    for (long width : Nets.widths(thinned).subList(0, 3)) {
      assertEquals(0, width % 8, thinned::toText);
    }
  }

  @Test
  void aFractionOfUnitsThatMultiplesCannotMeetIsReportedAsReached() {
    Thinned thinned = of(Nets.dense(4, 20, 2)).sparsity(0.5).roundTo(8).prune();
    assertEquals(List.of(8L, 2L), Nets.widths(thinned));
    RemovalReport.Measure units = thinned.report().measure("units");
    assertEquals(0.5, units.asked());
    assertEquals(0.6, units.reached(), 1e-9);
  }

  @Test
  void multiplesAreNearestAndNeverBelowTheMinimum() {
    assertEquals(List.of(16L, 2L), widths(20, 0.4, 8, 1));
    assertEquals(List.of(16L, 2L), widths(20, 0.55, 8, 9));
    assertEquals(List.of(20L, 2L), widths(20, 0.9, 32, 1));
    assertEquals(List.of(8L, 2L), widths(20, 0.9, 8, 1));
    assertEquals(List.of(6L, 2L), widths(10, 0.4, 1, 1));
  }

  private static List<Long> widths(int width, double sparsity, int multiple, int minimum) {
    return Nets.widths(
        of(Nets.dense(4, width, 2))
            .sparsity(sparsity)
            .roundTo(multiple)
            .minimumKept(minimum)
            .prune());
  }

  @Property(tries = 40)
  void countsAreExactWhateverTheWidth(
      @ForAll @IntRange(min = 2, max = 40) int width,
      @ForAll @DoubleRange(min = 0, max = 0.99) double sparsity) {
    long kept = Nets.widths(of(Nets.dense(2, width, 2)).sparsity(sparsity).prune()).get(0);
    long exact =
        new java.math.BigDecimal(String.valueOf(sparsity))
            .multiply(new java.math.BigDecimal(width))
            .setScale(0, java.math.RoundingMode.HALF_UP)
            .longValue();
    assertEquals(Math.max(1, width - exact), kept);
  }

  @Test
  void equalScoresLoseTheCountAndNoMore() {
    MultiLayerNetwork network = Nets.dense(4, 10, 2);
    network.params().assign(1);
    Thinned thinned = of(network).sparsity(0.3).prune();
    assertEquals(List.of(7L, 2L), Nets.widths(thinned));
    assertEquals(thinned.groups().groups().get(0).units().subList(7, 10), thinned.plan().units());
    assertEquals(3, of(Nets.dense(4, 10, 10, 2)).sparsity(0.15).global().plan().units().size());
  }

  @Test
  void bytesAreThoseOfTheArraysInTheFile(@TempDir Path folder) throws Exception {
    MultiLayerNetwork network = Nets.dense(30, 200, 100, 5);
    Thinned untrained = of(network).budget(Budget.bytes(0.5)).prune();
    assertEquals(8 * network.numParams(), untrained.report().measure("bytes").before());
    network.fit(
        new org.nd4j.linalg.dataset.DataSet(
            Nets.batch(4, 30, 5).getFeatures(0), Nets.batch(4, 30, 5).getLabels(0)));
    Thinned trained = of(network).budget(Budget.bytes(0.5)).prune();
    RemovalReport.Measure bytes = trained.report().measure("bytes");
    // Adam keeps two numbers for each parameter.
    assertEquals(3 * 8 * network.numParams(), bytes.before());
    File file = folder.resolve("smaller.zip").toFile();
    trained.save(file);
    try (ZipFile zip = new ZipFile(file)) {
      long arrays =
          zip.getEntry("coefficients.bin").getSize() + zip.getEntry("updaterState.bin").getSize();
      assertTrue(arrays >= bytes.after() && arrays < bytes.after() + 500, "" + arrays);
    }
  }

  @Test
  void whatCannotBeReachedIsSaidWithNumbers() {
    String tooMuch = message(of(Nets.dense(4, 3, 2)).parameters(0.99));
    assertTrue(tooMuch.contains("cannot be removed"), tooMuch);
    for (double fraction : new double[] {1, -0.1, Double.NaN}) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> Budget.bytes(fraction))
              .getMessage()
              .contains("outside [0, 1)"));
    }
    assertThrows(IllegalArgumentException.class, () -> Budget.multiplyAccumulates(0.5, null));
    assertThrows(IllegalArgumentException.class, () -> Budget.latency(0.5, null, Nets.images(1)));
    String nothing = message(of(Nets.dense(4, 3, 2)));
    assertTrue(nothing.contains("sparsity(...)"), nothing);
  }

  @Test
  void floorsWinAndAreReported() {
    Thinned thinned = of(Nets.dense(4, 4, 20, 2)).sparsity(0.9).prune();
    assertEquals(List.of(1L, 2L, 2L), Nets.widths(thinned));
    String remarks = String.join("\n", thinned.report().remarks());
    assertTrue(remarks.contains("of 4 units 4 were to go, and 3 do"), remarks);
    assertFalse(remarks.contains("of 20 units"), remarks);
  }

  @Test
  void sparsityZeroGivesAnEqualCopyAndSaysSo() {
    MultiLayerNetwork network = Nets.dense(4, 10, 2);
    Thinned thinned = of(network).sparsity(0).prune();
    assertTrue(thinned.isUnchanged());
    assertTrue(thinned.toText().contains("equal copy"), thinned::toText);
    MultiLayerNetwork copy = (MultiLayerNetwork) thinned.model().unwrap();
    assertEquals(0, copy.params().sub(network.params()).amaxNumber().doubleValue());
    copy.params().addi(1);
    assertTrue(copy.params().sub(network.params()).amaxNumber().doubleValue() > 0);
    assertFalse(of(network).sparsity(0.1).prune().isUnchanged());
  }

  @Test
  void theReportIsForPeopleAndPrograms() throws Exception {
    Thinned thinned = of(Nets.convolutional(8, 16)).sparsity(0.5).example(Nets.images(1)).prune();
    String text = thinned.report().toText();
    assertTrue(text.contains("multiply-accumulates"), text);
    assertTrue(text.contains("[16, 8, 3, 3] -> [8, 4, 3, 3]"), text);
    JsonNode json = new ObjectMapper().readTree(thinned.report().toJson());
    assertEquals("units", json.at("/measures/0/name").asText());
    assertEquals(0.5, json.at("/measures/0/asked").asDouble());
    assertEquals(0.5, json.at("/measures/0/reached").asDouble());
    assertTrue(json.at("/measures/1/asked").isNull());
    assertEquals(1, json.at("/steps").size());
    assertNull(thinned.report().measure("bytes").asked());
    // 3·8·9 + 8·16·9 at 36 positions, then 16·12 + 12·2.
    assertEquals(
        36 * (3 * 8 * 9 + 8 * 16 * 9) + 16 * 12 + 12 * 2,
        thinned.report().measure("multiply-accumulates").before());
    assertEquals(
        36 * (3 * 4 * 9 + 4 * 8 * 9) + 8 * 6 + 6 * 2,
        thinned.report().measure("multiply-accumulates").after());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> thinned.report().measure("nanoseconds"))
            .getMessage()
            .contains("parameters"));
  }
}

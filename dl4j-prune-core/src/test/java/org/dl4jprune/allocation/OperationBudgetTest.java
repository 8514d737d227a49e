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
package org.dl4jprune.allocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.dl4jprune.model.Parameter;
import org.junit.jupiter.api.Test;

/** The split by curves where weights have prices, against all splits of tiny cases. */
class OperationBudgetTest {
  private static final DistortionCurve FIRST =
      new DistortionCurve(
          "layer0_W", 4, List.of(0L, 1L, 2L, 3L, 4L), List.of(0., .02, .10, .40, 1.));
  private static final DistortionCurve SECOND =
      new DistortionCurve(
          "layer1_W", 8, List.of(0L, 2L, 4L, 6L, 8L), List.of(0., .01, .03, .06, .90));
  private static final Map<String, Long> POSITIONS = Map.of("layer0", 10L);

  private static long[] zeros(Allocation allocation, double sparsity) {
    List<Parameter> parameters = Shapes.parameters(new long[] {1, 4}, new long[] {1, 8});
    Request request = new Request(parameters, new long[] {4, 8}, sparsity, i -> null);
    return allocation.allocate(request).stream().mapToLong(Scope::zeros).toArray();
  }

  @Test
  void expensiveWeightsGoFirst() {
    List<DistortionCurve> curves = List.of(FIRST, SECOND);
    // 4·10 + 8·1 = 48 multiply-accumulates. Half of them need two of the first layer, at .10, and
    // four of the second at .03, where six zeros by count are all in the second.
    assertArrayEquals(new long[] {2, 4}, zeros(new OperationBudget(curves, POSITIONS, 0.5), 0.9));
    assertArrayEquals(new long[] {0, 6}, zeros(new RateDistortion(curves), 0.5));
    assertArrayEquals(new long[] {0, 0}, zeros(new OperationBudget(curves, POSITIONS, 0), 0));
  }

  @Test
  void atPriceOneItIsTheSplitOfWeights() {
    List<DistortionCurve> curves = List.of(FIRST, SECOND);
    for (int total = 0; total < 12; total++) {
      assertArrayEquals(
          zeros(new RateDistortion(curves), total / 12.0),
          zeros(new OperationBudget(curves, Map.of(), total / 12.0), 0.99));
    }
  }

  /** Weights are single levels here, so that the choice must be the best of all splits. */
  @Property(tries = 200)
  void theBudgetIsMetAtTheLeastDistortion(@ForAll Random random) {
    List<DistortionCurve> curves = new ArrayList<>();
    long[] price = {1 + random.nextInt(9), 1 + random.nextInt(9)};
    for (int i = 0; i < 2; i++) {
      long units = i == 0 ? 4 : 8;
      List<Double> rising = new ArrayList<>(List.of(0.0));
      LongStream.range(0, units)
          .forEach(k -> rising.add(rising.get(rising.size() - 1) + 0.01 + random.nextDouble()));
      curves.add(
          new DistortionCurve(
              "layer%d_W".formatted(i),
              units,
              LongStream.rangeClosed(0, units).boxed().toList(),
              rising));
    }
    Map<String, Long> positions = Map.of("layer0", price[0], "layer1", price[1]);
    long all = 4 * price[0] + 8 * price[1];
    for (int percent = 0; percent <= 90; percent += 6) {
      double removed = percent / 100.0;
      long asked = Counts.zeros(removed, all);
      long[] chosen = zeros(new OperationBudget(curves, positions, removed), 0.999);
      long reached = chosen[0] * price[0] + chosen[1] * price[1];
      assertTrue(reached >= asked, "the budget is met");
      double least = Double.POSITIVE_INFINITY;
      for (int a = 0; a <= 4; a++) {
        for (int b = 0; b <= 8; b++) {
          if (a * price[0] + b * price[1] >= asked) {
            least = Math.min(least, cost(curves, a, b));
          }
        }
      }
      assertEquals(least, cost(curves, (int) chosen[0], (int) chosen[1]), 1e-12);
    }
  }

  private static double cost(List<DistortionCurve> curves, int first, int second) {
    return curves.get(0).distortions().get(first) + curves.get(1).distortions().get(second);
  }

  @Test
  void whatCannotBeIsRefused() {
    List<DistortionCurve> curves = List.of(FIRST, SECOND);
    refused(() -> new OperationBudget(curves, POSITIONS, 1), "not 1.0");
    refused(() -> new OperationBudget(curves, POSITIONS, Double.NaN), "not NaN");
    refused(() -> new OperationBudget(curves, Map.of("layer0", 0L), 0.5), "layer0 works at 0");
    refused(
        () -> zeros(new OperationBudget(curves, POSITIONS, 0.5), 0.4),
        "takes 6 of 12 weights, more than the sparsity of 0.4");
    DistortionCurve kept = new DistortionCurve("layer0_W", 4, List.of(0L, 1L), List.of(0.0, 0.1));
    refused(
        () -> zeros(new OperationBudget(List.of(kept, SECOND), POSITIONS, 0.9), 0.99),
        "end at 18 of 48 multiply-accumulates, which is less than 43");
  }

  private static void refused(org.junit.jupiter.api.function.Executable act, String why) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, act);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }

  @Test
  void itIsWrittenAndRead() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    Allocation given = new OperationBudget(List.of(FIRST, SECOND), POSITIONS, 0.5);
    assertEquals(given, mapper.readValue(mapper.writeValueAsString(given), Allocation.class));
  }
}

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

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.Parameter;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The numbers of the cards classic-criteria, granet and global-mp, and what is refused. */
class AllocationTest {
  private static final double PRINTED = 6e-7;
  private static final long[][] CARD = {{16, 3, 3, 3}, {32, 16, 3, 3}, {10, 512}};
  private static final long[][] LENET = {{300, 784}, {100, 300}, {10, 100}};
  private static final double[] W1 = {.10, .20, .05, .15, .02, .30};

  private static double[] densities(boolean kernel, double density, long[]... shapes) {
    Request request = Shapes.request(1 - density, shapes);
    double[] weights = new double[shapes.length];
    for (int i = 0; i < weights.length; i++) {
      Parameter p = request.parameters().get(i);
      long[] dimensions = kernel ? p.canonicalShape() : new long[] {p.outputs(), p.inputs()};
      weights[i] = (double) Arrays.stream(dimensions).sum() * p.length();
      weights[i] /= Arrays.stream(dimensions).reduce(1, (a, b) -> a * b);
    }
    double[] shares =
        Quotas.shares(weights, new long[weights.length], request.units(), request.kept());
    Arrays.setAll(shares, i -> shares[i] / request.units()[i]);
    return shares;
  }

  @Test
  void erdosRenyiKernelOfTheCard() {
    assertArrayEquals(
        new double[] {0.195662, 0.039621, 0.344707}, densities(true, 0.2, CARD), PRINTED);
    assertArrayEquals(
        new long[] {84, 183, 1765}, Shapes.kept(new ErdosRenyi(true), Shapes.request(0.8, CARD)));
  }

  @Test
  void erdosRenyiOfTheCard() {
    assertArrayEquals(
        new double[] {0.714963, 0.169333, 0.184150}, densities(false, 0.2, CARD), PRINTED);
    assertArrayEquals(
        new long[] {309, 780, 943}, Shapes.kept(new ErdosRenyi(false), Shapes.request(0.8, CARD)));
  }

  @Test
  void erdosRenyiOfTheGraNetCard() {
    assertArrayEquals(new double[] {0.434099, 1, 1}, densities(true, 0.5, LENET), PRINTED);
    assertArrayEquals(
        new double[] {0.038484, 0.111334, 0.918507}, densities(true, 0.05, LENET), PRINTED);
    assertArrayEquals(
        new long[] {102100, 30000, 1000},
        Shapes.kept(new ErdosRenyi(true), Shapes.request(0.5, LENET)));
  }

  @Test
  void erdosRenyiCountsUnitsOfAnySize() {
    Request rows = new Request(Shapes.parameters(LENET), new long[] {300, 100, 10}, 0.5, i -> null);
    assertEquals(205, Arrays.stream(Shapes.kept(new ErdosRenyi(true), rows)).sum());
  }

  @Test
  void uniformPlusOfTheCard() {
    assertArrayEquals(
        new long[] {432, 576, 1024}, Shapes.kept(new UniformPlus(), Shapes.request(0.8, CARD)));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new UniformPlus().allocate(Shapes.request(0.9, CARD)))
            .getMessage();
    assertTrue(message.contains("0.8566") && message.contains("1456"), message);
    assertArrayEquals(
        new long[] {432, 1, 1024}, Shapes.kept(new UniformPlus(), Shapes.request(0.8566, CARD)));
    assertArrayEquals(
        new long[] {117600, 15000, 500},
        Shapes.kept(new UniformPlus(), Shapes.request(0.5, LENET)));
  }

  @Test
  void uniformRoundsEachLayerHalfUp() {
    Request request =
        Shapes.request(0.35, new long[] {1, 10}, new long[] {2, 5}, new long[] {1, 3});
    assertArrayEquals(new long[] {6, 6, 2}, Shapes.kept(new Uniform(), request));
    Request high = Shapes.request(0.8, new long[] {1, 10}, new long[] {2, 5}, new long[] {1, 3});
    assertArrayEquals(new long[] {2, 2, 1}, Shapes.kept(new Uniform(Floor.count(1)), high));
  }

  @Test
  void globalIsOneScopeWithTheFloors() {
    Request request = Shapes.request(0.5, new long[] {2, 3}, new long[] {1, 2});
    Scope scope = new Global(Floor.count(2)).allocate(request).get(0);
    assertEquals(request.parameters(), scope.parameters());
    assertEquals(4, scope.zeros());
    assertEquals(List.of(2L, 2L), scope.minimumKept());
    assertEquals(List.of(0L, 0L), new Global().allocate(request).get(0).minimumKept());
  }

  @Test
  void infeasibleFloorsNameTheLargestFeasibleOne() {
    Request request = Shapes.request(0.75, new long[] {10, 10}, new long[] {1, 4});
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Global(Floor.count(30)).allocate(request))
            .getMessage();
    assertTrue(message.contains("K = 26") && message.contains("34"), message);
    assertTrue(message.endsWith("largest feasible floor is 22"), message);
    assertEquals(
        26,
        new Global(Floor.count(22))
            .allocate(request).get(0).minimumKept().stream().mapToLong(least -> least).sum());
  }

  @Test
  void percentFloorsRoundDownInDecimals() {
    Request request = Shapes.request(0.5, new long[] {100, 100}, new long[] {100, 1});
    assertArrayEquals(new long[] {5, 5}, Floor.percentOfAll(0.05).least(request));
    assertArrayEquals(new long[] {29, 29}, Floor.percentOfAll(0.29).least(request));
    assertArrayEquals(new long[] {202, 100}, Floor.percentOfAll(2).least(request));
    assertThrows(IllegalArgumentException.class, () -> Floor.count(-1));
    assertThrows(IllegalArgumentException.class, () -> Floor.percentOfAll(100.1));
  }

  @Test
  void lampScoresOfTheCard() {
    assertArrayEquals(
        new double[] {0.055556, 0.235294, 0.307692, 1},
        LampScore.ofAscending(Nd4j.createFromArray(1.0, 2.0, 2.0, 3.0)).toDoubleVector(),
        PRINTED);
    assertArrayEquals(
        new double[] {0.2, 1},
        LampScore.ofAscending(Nd4j.createFromArray(0.1f, 0.2f)).toDoubleVector(),
        PRINTED);
    assertArrayEquals(
        new double[] {0, 0, 0}, LampScore.ofAscending(Nd4j.zeros(3)).toDoubleVector(), 0);
  }

  @Test
  void lampPrunesTwoOfTheCard() {
    Request request = Shapes.scored(2 / 6.0, new double[] {1, 2, 2, 3}, new double[] {0.1, 0.2});
    assertArrayEquals(new long[] {3, 1}, Shapes.kept(new Lamp(), request));
  }

  @Test
  void lampTakesDeadUnitsFirstAndHoldsFloors() {
    double dead = Double.NEGATIVE_INFINITY;
    double[][] scores = {{5, dead, dead, 6}, {0, 1e-9, 0, 2e-9}};
    assertArrayEquals(new long[] {2, 4}, Shapes.kept(new Lamp(), Shapes.scored(0.25, scores)));
    assertArrayEquals(new long[] {2, 2}, Shapes.kept(new Lamp(), Shapes.scored(0.5, scores)));
    assertArrayEquals(
        new long[] {1, 3},
        Shapes.kept(
            new Lamp(new Floor(0, 0)),
            Shapes.scored(0.5, new double[] {0.1, 0.1, 0.1, 8}, new double[] {1, 1.1, 1.2, 1.3})));
    assertArrayEquals(
        new long[] {2, 2},
        Shapes.kept(
            new Lamp(Floor.count(2)),
            Shapes.scored(0.5, new double[] {0.1, 0.1, 0.1, 8}, new double[] {1, 1.1, 1.2, 1.3})));
  }

  @Test
  void lampRefusesNegativeScores() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Lamp().allocate(Shapes.scored(0.5, new double[] {1, -2})))
            .getMessage();
    assertTrue(message.contains("layer0_W"), message);
  }

  @Test
  void rescaledThresholdOfTheGlobalMpCard() {
    Request three =
        Shapes.scored(
            0.5,
            W1,
            new double[] {.01, .03, .02, .04},
            new double[] {.11, .12, .13, .60, .70, .80});
    assertArrayEquals(
        new long[] {3, 0, 5}, Shapes.kept(new RescaledThreshold(Floor.none()), three));
    assertArrayEquals(
        new long[] {2, 2, 4}, Shapes.kept(new RescaledThreshold(Floor.count(2)), three));
    Request two = Shapes.scored(0.5, W1, new double[] {.01, .03});
    assertArrayEquals(new long[] {4, 0}, Shapes.kept(new RescaledThreshold(Floor.none()), two));
    assertArrayEquals(new long[] {3, 1}, Shapes.kept(new RescaledThreshold(Floor.count(1)), two));
  }

  @Test
  void rescaledThresholdTakesFromUntouchedLayersAsALastResort() {
    Request request = Shapes.scored(0.5, new double[] {1, 2, 3}, new double[] {7, 8, 9});
    assertArrayEquals(
        new long[] {1, 2}, Shapes.kept(new RescaledThreshold(Floor.count(1)), request));
  }

  @Test
  void perLayerIsReachedGraduallyAndNotExceeded() {
    List<Parameter> parameters = Shapes.parameters(LENET);
    PerLayer map = new PerLayer(Map.of("layer0", 0.9, "layer[12]_W", 0.0), 0.5, Floor.none());
    assertThrows(IllegalArgumentException.class, () -> map.allocate(Shapes.request(0.1, LENET)));
    PerLayer good = new PerLayer(Map.of("layer0", 0.9, "*2_W", 0.0), 0.5, Floor.none());
    assertArrayEquals(
        new long[] {23520, 15000, 1000}, Shapes.kept(good, Shapes.request(0.95, LENET)));
    double half = (0.9 * 235200 + 0.5 * 30000) / 266200 / 2;
    assertArrayEquals(
        new long[] {129360, 22500, 1000},
        Shapes.kept(good, Shapes.request(half, parameters, i -> null)));
    assertArrayEquals(
        new long[] {235200, 30000, 1000}, Shapes.kept(good, Shapes.request(0, LENET)));
  }

  @Test
  void perLayerMatchesEachParameterOnce() {
    Request request = Shapes.request(0.5, LENET);
    String none =
        assertThrows(
                IllegalArgumentException.class,
                () -> new PerLayer(Map.of("layer0", 0.9)).allocate(request))
            .getMessage();
    assertTrue(none.contains("layer1_W"), none);
    String twice =
        assertThrows(
                IllegalArgumentException.class,
                () -> new PerLayer(Map.of("layer0", 0.9, "*", 0.1)).allocate(request))
            .getMessage();
    assertTrue(twice.contains("layer0_W"), twice);
    assertThrows(IllegalArgumentException.class, () -> new PerLayer(Map.of("*", 1.1)));
    assertArrayEquals(
        new long[] {235200, 30000, 1000}, Shapes.kept(new PerLayer(Map.of("*", 0.0)), request));
  }

  @Test
  void requestsAreChecked() {
    List<Parameter> parameters = Shapes.parameters(LENET);
    assertThrows(IllegalArgumentException.class, () -> Shapes.request(1, LENET));
    assertThrows(IllegalArgumentException.class, () -> Shapes.request(Double.NaN, LENET));
    assertThrows(
        IllegalArgumentException.class, () -> new Request(parameters, new long[2], 0, i -> null));
    assertThrows(IllegalArgumentException.class, () -> Shapes.request(0.5));
    assertEquals(DataType.DOUBLE, LampScore.ofAscending(Nd4j.ones(2)).dataType());
  }
}

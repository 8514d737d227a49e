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
package org.dl4jprune.examples.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

class NetworksTest {

  /** One of the factories under test. */
  interface Factory {
    Model make(long seed, IUpdater updater, DataType type, double l2);
  }

  private static DataSet batch;

  @BeforeAll
  static void readOnce() {
    batch = FashionMnist.sample().train(16, 1).next();
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("mlp", 266_610, (Factory) Networks::mlp),
        Arguments.of("lenet5", 44_426, (Factory) Networks::lenet5),
        Arguments.of("lenet", 431_080, (Factory) Networks::lenet),
        Arguments.of("resnet", 78_426, (Factory) Networks::resnet));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void hasTheStatedNumberOfParameters(String name, long parameters, Factory factory) {
    assertEquals(parameters, factory.make(1, new Adam(1e-3), DataType.FLOAT, 0).numParams());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneSeedGivesTheSameBits(String name, long parameters, Factory factory) {
    Model one = factory.make(5, new Adam(1e-3), DataType.FLOAT, 0);
    Model same = factory.make(5, new Adam(1e-3), DataType.FLOAT, 0);
    Model other = factory.make(6, new Adam(1e-3), DataType.FLOAT, 0);
    assertSameBits(one, same);
    assertNotEquals(one.params(), other.params());
    train(one, 2);
    train(same, 2);
    assertSameBits(one, same);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void learnsABatch(String name, long parameters, Factory factory) {
    Model model = factory.make(1, new Adam(1e-3), DataType.FLOAT, 1e-4);
    double before = train(model, 1);
    double after = train(model, 8);
    assertTrue(after < 0.8 * before, "the loss went from %s to %s".formatted(before, after));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void trainsInDoublePrecisionToo(String name, long parameters, Factory factory) {
    Model model = factory.make(1, new Adam(1e-3), DataType.DOUBLE, 0);
    assertEquals(DataType.DOUBLE, model.params().dataType());
    assertTrue(Double.isFinite(train(model, 1)));
  }

  @Test
  void aNegativePenaltyIsRefused() {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> Networks.mlp(1, new Adam(1e-3), DataType.FLOAT, -1))
            .getMessage();
    assertTrue(said.contains("L2 penalty -1.0"), said);
  }

  /** Compares exactly, where equality of arrays would allow for rounding. */
  private static void assertSameBits(Model one, Model other) {
    assertArrayEquals(one.params().toFloatVector(), other.params().toFloatVector());
  }

  private static double train(Model model, int steps) {
    for (int step = 0; step < steps; step++) {
      if (model instanceof ComputationGraph graph) {
        graph.fit(batch);
      } else {
        ((MultiLayerNetwork) model).fit(batch);
      }
    }
    return model.score();
  }
}

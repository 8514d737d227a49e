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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jprune.examples.data.FashionMnist;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

class SameDiffNetworksTest {

  /** One of the factories under test. */
  interface Factory {
    SameDiff make(long seed, IUpdater updater, DataType type, double l2);
  }

  private static FashionMnist data;
  private static DataSet batch;

  @BeforeAll
  static void readOnce() {
    data = FashionMnist.sample().limit(72);
    batch = data.train(16, 1).next();
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("mlp", 266_610, (Factory) SameDiffNetworks::mlp),
        Arguments.of("lenet5", 44_426, (Factory) SameDiffNetworks::lenet5));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void hasTheStatedNumberOfParameters(String name, long parameters, Factory factory) {
    SameDiff sd = factory.make(1, new Adam(1e-3), DataType.FLOAT, 0);
    assertEquals(parameters, trainable(sd).stream().mapToLong(v -> v.getArr().length()).sum());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneSeedGivesTheSameBits(String name, long parameters, Factory factory) {
    SameDiff one = factory.make(5, new Adam(1e-3), DataType.FLOAT, 0);
    SameDiff same = factory.make(5, new Adam(1e-3), DataType.FLOAT, 0);
    SameDiff other = factory.make(6, new Adam(1e-3), DataType.FLOAT, 0);
    assertNotEquals(one.getVariable("fc1_W").getArr(), other.getVariable("fc1_W").getArr());
    one.fit(batch);
    same.fit(batch);
    for (SDVariable variable : trainable(one)) {
      INDArray twin = same.getVariable(variable.name()).getArr();
      assertArrayEquals(floats(variable.getArr()), floats(twin));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void learnsABatch(String name, long parameters, Factory factory) {
    SameDiff sd = factory.make(1, new Nesterovs(0.05, 0.9), DataType.FLOAT, 1e-4);
    double before = loss(sd);
    for (int step = 0; step < 10; step++) {
      sd.fit(batch);
    }
    double after = loss(sd);
    assertTrue(after < 0.8 * before, "the loss went from %s to %s".formatted(before, after));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneFitOverManyBatchesEqualsOneFitPerBatch(String name, long parameters, Factory factory) {
    SameDiff whole = factory.make(1, new Adam(1e-3), DataType.FLOAT, 0);
    SameDiff stepwise = factory.make(1, new Adam(1e-3), DataType.FLOAT, 0);
    whole.fit(data.train(16, 1), 2);
    DataSetIterator batches = data.train(16, 1);
    for (int epoch = 0; epoch < 2; epoch++) {
      batches.forEachRemaining(stepwise::fit);
      batches.reset();
    }
    for (SDVariable variable : trainable(whole)) {
      INDArray twin = stepwise.getVariable(variable.name()).getArr();
      assertArrayEquals(floats(variable.getArr()), floats(twin), variable.name());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void givesProbabilities(String name, long parameters, Factory factory) {
    SameDiff sd = factory.make(1, new Adam(1e-3), DataType.FLOAT, 0);
    INDArray output =
        sd.outputSingle(
            Map.of(SameDiffNetworks.INPUT, batch.getFeatures()), SameDiffNetworks.OUTPUT);
    assertArrayEquals(new long[] {16, 10}, output.shape());
    assertEquals(16, output.sumNumber().doubleValue(), 1e-4);
  }

  @Test
  void parametersAreNamedAfterTheirLayers() {
    SameDiff sd = SameDiffNetworks.lenet5(1, new Adam(1e-3), DataType.FLOAT);
    assertEquals(
        List.of(
            "conv1_W", "conv1_b", "conv2_W", "conv2_b", "fc1_W", "fc1_b", "fc2_W", "fc2_b", "fc3_W",
            "fc3_b"),
        trainable(sd).stream().map(SDVariable::name).sorted().toList());
    assertArrayEquals(new long[] {5, 5, 6, 16}, sd.getVariable("conv2_W").getShape());
    assertArrayEquals(new long[] {256, 120}, sd.getVariable("fc1_W").getShape());
  }

  private static List<SDVariable> trainable(SameDiff sd) {
    return sd.variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .toList();
  }

  /** Copies out the values: equality of arrays would allow for rounding. */
  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static double loss(SameDiff sd) {
    Map<String, INDArray> placeholders =
        Map.of(
            SameDiffNetworks.INPUT, batch.getFeatures(),
            SameDiffNetworks.LABEL, batch.getLabels());
    return sd.outputSingle(placeholders, "loss").getDouble(0);
  }
}

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
package org.dl4jprune.criterion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers of the card classic-criteria, W1 row by row and then W2. */
class WorkedExampleTest {
  private static final double PRINTED = 6e-7;
  private static final double CENTRAL_DIFFERENCE = 2e-5;

  static Stream<Arguments> examples() {
    return Stream.of(
            example(
                new Snip(), PRINTED, 0.048780, 0.060976, 0.048780, 0.390244, 0.012195, 0.439024),
            example(new Taylor(), PRINTED, 0.140625, 0.219727, 0.140625, 9, 0.008789, 11.390625),
            example(new Fisher(), PRINTED, 0.703125, 0.149414, 0.140625, 9, 0.360352, 11.390625),
            example(
                new Grasp(1),
                CENTRAL_DIFFERENCE,
                -2.648438,
                1.640625,
                2.660156,
                21.281250,
                -0.023438,
                17.050781),
            example(new SynFlow(), PRINTED, 0.5, 0.25, 0.25, 2, 0.75, 2.25),
            example(new GradientMagnitude(), PRINTED, 0.375, 0.9375, 1.5, 1.5, 0.1875, 3.375),
            example(new Magnitude(), PRINTED, 1, 0.5, 0.25, 2, 0.5, 1))
        .flatMap(
            row ->
                Stream.of(
                    Arguments.of("MultiLayerNetwork", CardNetwork.multiLayer(), row),
                    Arguments.of("SameDiff", CardNetwork.sameDiff(), row)));
  }

  private record Example(Criterion criterion, double tolerance, double[] expected) {
    @Override
    public String toString() {
      return criterion.toString();
    }
  }

  private static Example example(Criterion criterion, double tolerance, double... expected) {
    return new Example(criterion, tolerance, expected);
  }

  @ParameterizedTest(name = "{2} on {0}")
  @MethodSource("examples")
  void matchesTheCard(String modelClass, PrunableModel model, Example example) {
    assertArrayEquals(
        example.expected, CardNetwork.scores(example.criterion, model), example.tolerance);
  }

  @ParameterizedTest(name = "{2} on {0}")
  @MethodSource("examples")
  void oneParameterScoresAsItDoesAmongAll(String modelClass, PrunableModel model, Example example) {
    try (Evidence evidence = CardNetwork.evidence(model)) {
      int at = 0;
      for (Parameter parameter : evidence.layout().parameters()) {
        double[] own =
            parameter
                .asMatrix(example.criterion.score(parameter, evidence))
                .dup('c')
                .reshape(parameter.length())
                .toDoubleVector();
        for (double score : own) {
          assertEquals(example.expected[at++], score, example.tolerance);
        }
      }
    }
  }

  static Stream<PrunableModel> models() {
    return Stream.of(CardNetwork.multiLayer(), CardNetwork.sameDiff());
  }

  @ParameterizedTest
  @MethodSource("models")
  void lossAndFlowAreTheCards(PrunableModel model) {
    try (Gradients gradients = model.gradients(CardNetwork.data());
        Gradients flow = model.synapticFlow(CardNetwork.data())) {
      assertEquals(2.390625, gradients.loss(), PRINTED);
      assertEquals(3, flow.loss(), PRINTED);
    }
  }
}

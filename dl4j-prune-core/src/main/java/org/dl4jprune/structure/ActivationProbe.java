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
package org.dl4jprune.structure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Asks an activation function, the user's own included, what it makes of a constant channel and
 * whether it looks at other channels too. Each function is asked once for each layout, with two
 * channels: a softmax, for one, is taken along the last axis, which only sometimes is that of the
 * channels.
 */
final class ActivationProbe {
  private final Map<Question, Answer> answers = new HashMap<>();

  private record Question(IActivation function, double value, int rank, int channelAxis) {}

  /**
   * What a function said.
   *
   * @param value f(value); NaN if that depends on other places
   * @param mixes whether other channels change the answer
   */
  record Answer(double value, boolean mixes) {}

  Answer ask(IActivation function, double value, Layout layout) {
    int rank = layout.isKnown() ? layout.rank() : 2;
    return answers.computeIfAbsent(
        new Question(function, value, rank, layout.channelAxis()), ActivationProbe::answer);
  }

  private static Answer answer(Question question) {
    boolean mixes = false;
    boolean alone = true;
    for (int axis = 1; axis < question.rank(); axis++) {
      boolean seen = first(question, axis, 0) != first(question, axis, 1);
      mixes |= seen && axis == question.channelAxis();
      alone &= !seen;
    }
    int axis = question.channelAxis();
    return new Answer(alone ? first(question, axis, 0) : Double.NaN, mixes);
  }

  /** What becomes of the value if its neighbour along an axis is larger by a difference. */
  private static double first(Question question, int axis, double difference) {
    long[] shape = new long[question.rank()];
    Arrays.fill(shape, 1);
    shape[axis] = 2;
    double value = question.value();
    try (INDArray two = Nd4j.createFromArray(value, value + difference).reshape('c', shape)) {
      return HostReads.vector(question.function().getActivation(two, false).reshape(2))[0];
    }
  }
}

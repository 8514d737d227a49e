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

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Uniform scores between 0 and 1: the baseline that each criterion has to beat. Card {@code
 * classic-criteria}; Gale et al., 2019, <a href="https://arxiv.org/abs/1902.09574">arXiv
 * 1902.09574</a>.
 *
 * <p>Each parameter has a stream of its own, made of the evidence's seed and the parameter's name,
 * so that adding a layer leaves the scores of the others as they are. ND4J's global random numbers
 * are not touched.
 */
public record Random() implements Criterion {

  @Override
  public INDArray score(Parameter parameter, Evidence evidence) {
    INDArray uniform = Nd4j.createUninitialized(evidence.model().dataType(), parameter.length());
    try (org.nd4j.linalg.api.rng.Random stream =
        Nd4j.getRandomFactory().getNewRandomInstance(seed(evidence.seed(), parameter.name()))) {
      Nd4j.getExecutioner().exec(new UniformDistribution(uniform, 0, 1), stream);
    } catch (Exception e) {
      throw new IllegalStateException("Random scores could not be drawn", e);
    }
    return parameter.fromFlat(uniform);
  }

  // A digest, since close seeds and similar names must not give related streams.
  private static long seed(long run, String name) {
    byte[] key = (run + ":" + name).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(key).getLeastSignificantBits();
  }
}

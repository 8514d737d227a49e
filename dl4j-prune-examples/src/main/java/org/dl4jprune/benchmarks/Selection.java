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
package org.dl4jprune.benchmarks;

import java.util.concurrent.TimeUnit;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Keeping the largest tenth of ten million scores, against sorting them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
public class Selection {
  private static final long LENGTH = 10_000_000;

  private INDArray scores;

  /** For JMH. */
  public Selection() {}

  /** Draws the scores. */
  @Setup
  public void draw() {
    Nd4j.getRandom().setSeed(1);
    scores = Nd4j.randn(DataType.FLOAT, LENGTH);
    Nd4j.exec(new Abs(scores, scores));
  }

  /** Selects by histograms. */
  @Benchmark
  public void keepLargest() {
    ExactSelection.keepLargest(scores, LENGTH / 10).close();
  }

  /** Sorts a copy, as the scores must stay as they are. */
  @Benchmark
  @Measurement(iterations = 5)
  @Warmup(iterations = 2)
  public void sort() {
    INDArray copy = scores.dup();
    Nd4j.sort(copy, true).close();
    if (copy.closeable()) {
      copy.close();
    }
  }

  /** One allocation and one copy of the scores: the least that any new mask costs. */
  @Benchmark
  public void copy() {
    scores.dup().close();
  }
}

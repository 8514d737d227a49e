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
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.GradualMagnitudePruning;
import org.dl4jprune.listeners.PruningListener;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole global magnitude update of ten million weights with Adam: checks, scores, selection, new
 * masks, values and updater state masked, counts for the report.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
public class MaskUpdate {
  private MultiLayerNetwork network;
  private PruningListener listener;
  private int iteration;

  /** For JMH. */
  public MaskUpdate() {}

  /** Trains one step, so that the updater has a state. */
  @Setup
  public void prepare() {
    network = BenchmarkNetworks.of("mlp-10M");
    network.fit(BenchmarkNetworks.batch(16));
    listener = everyStep().attach(network);
    iteration = 1;
  }

  /** A listener that updates its masks at every step, on the way from 50 % to 90 %. */
  static PruningListener everyStep() {
    return GradualMagnitudePruning.builder()
        .initialSparsity(0.5)
        .finalSparsity(0.9)
        .end(1_000)
        .every(1)
        .build();
  }

  /** Frees the masks. */
  @TearDown
  public void close() {
    listener.close();
  }

  /** The end of a step with an update. */
  @Benchmark
  public void update() {
    listener.iterationDone(network, iteration++, 0);
  }
}

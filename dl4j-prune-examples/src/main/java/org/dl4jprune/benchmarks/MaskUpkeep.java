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
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.transform.Pruned;
import org.dl4jprune.transform.Pruner;
import org.nd4j.linalg.dataset.DataSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A training step of 128 images between two mask updates, with and without the listener. The share
 * of the upkeep is {@code upkeep / step}: on a machine that others use too, the difference of two
 * steps is smaller than their noise, so the listener's hooks are timed by themselves.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MaskUpkeep {
  private static final int BATCH = 128;

  /** Which network. */
  @Param({"lenet-431k", "mlp-5.8M"})
  public String network;

  private MultiLayerNetwork dense;
  private MultiLayerNetwork pruned;
  private PruningListener listener;
  private DataSet batch;

  /** For JMH. */
  public MaskUpkeep() {}

  /** Makes a dense network and one at 90 % that is never updated again. */
  @Setup
  public void prepare() {
    batch = BenchmarkNetworks.batch(BATCH);
    dense = BenchmarkNetworks.of(network);
    Pruned result = Pruner.of(dense).sparsity(0.9).prune();
    pruned = (MultiLayerNetwork) result.model().unwrap();
    listener = PruningListener.keeping(result);
    pruned.setListeners(listener);
    pruned.fit(batch);
  }

  /** Frees the masks. */
  @TearDown
  public void close() {
    listener.close();
  }

  /** A step without a listener. */
  @Benchmark
  public void step() {
    dense.fit(batch);
  }

  /** A step with the listener. */
  @Benchmark
  public void stepWithListener() {
    pruned.fit(batch);
  }

  /** All that the listener does in such a step. */
  @Benchmark
  public void upkeep() {
    listener.onGradientCalculation(pruned);
    listener.iterationDone(pruned, 1, 0);
  }
}

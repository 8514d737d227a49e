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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.PruningListener;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of masks and of a mask update, from the kernel's account of this process. Linux only.
 * The Java heap should be fixed and touched ({@code -Xms512m -Xmx512m -XX:+AlwaysPreTouch}), so
 * that only memory outside of it can grow.
 */
public final class MemoryUse {
  private static final double MIB = 1024 * 1024;
  private static final int FLOAT_BYTES = 4;

  private MemoryUse() {}

  /**
   * Prints the table.
   *
   * @param args none
   * @throws IOException if this is not Linux
   */
  public static void main(String[] args) throws IOException {
    MultiLayerNetwork network = BenchmarkNetworks.of("mlp-10M");
    network.fit(BenchmarkNetworks.batch(16));
    // The first update loads code and fills caches, on a smaller network.
    MultiLayerNetwork small = BenchmarkNetworks.of("lenet-431k");
    small.fit(BenchmarkNetworks.batch(16));
    try (PruningListener warmUp = MaskUpdate.everyStep().attach(small)) {
      warmUp.iterationDone(small, 1, 0);
      warmUp.iterationDone(small, 2, 0);
    }
    double vector = network.numParams() * (double) FLOAT_BYTES;
    long before = resident("VmRSS");
    PruningListener listener = MaskUpdate.everyStep().attach(network);
    System.out.printf("one vector of the parameters: %.0f MiB%n", vector / MIB);
    System.out.printf("kept: %.2f vectors%n", (resident("VmRSS") - before) / vector);
    for (int iteration = 1; iteration <= 3; iteration++) {
      forgetPeak();
      long resting = resident("VmRSS");
      listener.iterationDone(network, iteration, 0);
      Nd4j.getExecutioner().commit();
      System.out.printf(
          "update %d: peak %.2f vectors, left %.2f%n",
          iteration,
          (resident("VmHWM") - resting) / vector,
          (resident("VmRSS") - resting) / vector);
    }
    listener.close();
  }

  private static void forgetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long resident(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(field + ":"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        * 1024;
  }
}

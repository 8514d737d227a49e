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
import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.PruningListener;

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
    // The first update loads code and fills caches, on a smaller network.
    measure("warm-up", BenchmarkNetworks.of("lenet-431k"), MaskUpdate.everyStep());
    measure("magnitude", BenchmarkNetworks.of("mlp-10M"), MaskUpdate.everyStep());
    measure("GraNet", BenchmarkNetworks.of("mlp-10M"), regrowing());
  }

  private static PruningListener regrowing() {
    return GraNet.builder().finalSparsity(0.9).end(1_000).every(1).iterations(1_000).build();
  }

  private static void measure(String name, MultiLayerNetwork network, PruningListener listener)
      throws IOException {
    network.fit(BenchmarkNetworks.batch(16));
    double vector = network.numParams() * (double) FLOAT_BYTES;
    System.out.printf("%s, one vector of the parameters: %.1f MiB%n", name, vector / MIB);
    long before = resident("VmRSS");
    listener.attach(network);
    System.out.printf("masks: %.2f vectors%n", (resident("VmRSS") - before) / vector);
    for (int update = 1; update <= 3; update++) {
      forgetPeak();
      long resting = resident("VmRSS");
      listener.onGradientCalculation(network);
      listener.iterationDone(network, network.getIterationCount(), 0);
      network.getLayerWiseConfigurations().setIterationCount(network.getIterationCount() + 1);
      System.out.printf(
          "update %d: peak %.2f vectors, left %.2f%n",
          update, (resident("VmHWM") - resting) / vector, (resident("VmRSS") - resting) / vector);
    }
    listener.close();
    network.close();
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

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
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.listeners.GraNet;
import org.dl4jprune.listeners.PruningListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Many changes of the masks in one process, each with a training step, and a file now and then:
 * prints the memory outside of the Java heap, which must not grow. Linux only.
 */
public final class Soak {
  private static final double MIB = 1024 * 1024;
  private static final int LINES = 10;

  private Soak() {}

  /**
   * Runs.
   *
   * @param args the number of updates, 2,000 if left out
   * @throws IOException if a file cannot be written, or this is not Linux
   */
  public static void main(String[] args) throws IOException {
    int updates = args.length == 0 ? 2_000 : Integer.parseInt(args[0]);
    MultiLayerNetwork network = BenchmarkNetworks.of("lenet-431k");
    PruningListener listener =
        GraNet.builder().finalSparsity(0.9).end(updates).every(1).iterations(updates + 1).build();
    network.setListeners(listener);
    DataSet batch = BenchmarkNetworks.batch(16);
    Path file = Files.createTempFile("soak", ".zip");
    int every = Math.max(1, updates / LINES);
    System.out.println("updates  off-heap MiB  resident MiB");
    for (int update = 1; update <= updates; update++) {
      network.fit(batch);
      if (update % every == 0) {
        listener.save(file.toFile());
        System.gc();
        System.out.printf(
            "%7d %13.1f %13.1f%n",
            update, Pointer.totalBytes() / MIB, Pointer.physicalBytes() / MIB);
      }
    }
    System.out.println(listener.report());
    Files.delete(file);
  }
}

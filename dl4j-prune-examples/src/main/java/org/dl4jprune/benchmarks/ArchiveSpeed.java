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
import org.dl4jprune.io.SparseArchive;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.mask.PackedMasks;

/** The speed of sparse archives in bytes of dense weights, and their size beside the entropy. */
public final class ArchiveSpeed {
  private static final double MEGABYTE = 1e6;
  private static final int RUNS = 5;

  private ArchiveSpeed() {}

  /**
   * Prints the table: the fastest of five runs.
   *
   * @param args none
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    System.out.println("sparsity  write MB/s  read MB/s  bytes / (entropy + values)");
    for (double sparsity : new double[] {0.5, 0.9, 0.99}) {
      MultiLayerNetwork network = BenchmarkNetworks.of("mlp-10M");
      PruningListener listener = OneShot.builder().sparsity(sparsity).build().attach(network);
      PackedMasks masks = PackedMasks.of(listener.masks());
      Path file = Files.createTempFile("speed", ".sparse");
      double write = Double.MAX_VALUE;
      double read = Double.MAX_VALUE;
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        SparseArchive.of(network, masks).write(file);
        long written = System.nanoTime();
        MultiLayerNetwork again = (MultiLayerNetwork) SparseArchive.read(file).model();
        long loaded = System.nanoTime();
        // Which collects garbage.
        again.close();
        write = Math.min(write, (written - start) / 1e9);
        read = Math.min(read, (loaded - written) / 1e9);
      }
      double dense = network.numParams() * 4 / MEGABYTE;
      System.out.printf(
          "%8.2f %11.0f %10.0f %11.3f%n",
          sparsity, dense / write, dense / read, Files.size(file) / bound(network, masks));
      Files.delete(file);
      listener.close();
      network.close();
    }
  }

  private static double bound(MultiLayerNetwork network, PackedMasks masks) {
    double weights = masks.lengths().values().stream().mapToLong(Long::longValue).sum();
    double p = masks.kept() / weights;
    double entropy = -weights * (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    return (entropy + 32 * (masks.kept() + network.numParams() - weights)) / 8;
  }
}

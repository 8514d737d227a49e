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
package org.dl4jprune.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs pieces of a procedure that do not depend on each other in several threads. ND4J's random
 * numbers belong to the thread, so a piece that sets its own seed has the same bits in any of them.
 */
public final class SideBySide {
  private SideBySide() {}

  /** A part of a procedure. */
  @FunctionalInterface
  public interface Piece {

    /**
     * Does the work.
     *
     * @throws IOException if the disk refuses
     */
    void run() throws IOException;
  }

  /**
   * Runs all pieces and waits for them. After a failure no further piece begins, but those that run
   * are finished.
   *
   * @param workers how many threads, at least 1; with one, the pieces run here, in their order
   * @param pieces in the order in which they begin
   * @throws IOException if the disk refused in a piece
   * @throws IllegalStateException if this thread was interrupted
   * @throws RuntimeException what the first of the pieces that failed has thrown
   */
  public static void run(int workers, List<Piece> pieces) throws IOException {
    if (workers == 1 || pieces.size() < 2) {
      for (Piece piece : pieces) {
        piece.run();
      }
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(workers, pieces.size()));
    try {
      AtomicBoolean failed = new AtomicBoolean();
      List<Callable<Void>> calls = new ArrayList<>();
      pieces.forEach(piece -> calls.add(() -> call(piece, failed)));
      for (Future<Void> done : pool.invokeAll(calls)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted; start the procedure again to go on", e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static Void call(Piece piece, AtomicBoolean failed) throws IOException {
    if (failed.get()) {
      return null;
    }
    try {
      piece.run();
    } catch (IOException | RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
    return null;
  }

  private static IOException thrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return (IOException) cause;
  }
}

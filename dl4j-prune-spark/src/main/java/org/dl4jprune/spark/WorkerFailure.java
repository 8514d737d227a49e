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
package org.dl4jprune.spark;

import java.util.function.Supplier;
import org.apache.spark.SparkException;

/** Says in one line what Spark says in fifty when a task has failed as often as it may. */
final class WorkerFailure {
  private WorkerFailure() {}

  /**
   * Runs something on the cluster.
   *
   * @param work jobs of Spark
   * @param state how things stand if it fails
   * @throws IllegalStateException if Spark gives a task up
   */
  static void named(Runnable work, Supplier<String> state) {
    try {
      work.run();
    } catch (Exception e) {
      // Scala throws it without saying so.
      if (e instanceof SparkException) {
        throw new IllegalStateException(
            "A worker failed for good: %s; %s. Mend the cause and call again"
                .formatted(e.getMessage().lines().findFirst().orElse(""), state.get()),
            e);
      }
      throw e;
    }
  }
}

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

import java.io.Serializable;
import java.util.Iterator;

/**
 * What a client does with a model of its own and its own data, in another JVM.
 *
 * @param <T> what the data consists of
 * @param <R> what it returns; serialisable
 */
@FunctionalInterface
public interface ClientWork<T, R> extends Serializable {

  /**
   * Works on one client's data.
   *
   * @param client the number of the client, from 0
   * @param worker the model that was sent; the client's own
   * @param data the client's data
   * @return the result
   * @throws Exception if it fails; Spark tries again, with a new model
   */
  R run(int client, WorkerModel worker, Iterator<T> data) throws Exception;
}

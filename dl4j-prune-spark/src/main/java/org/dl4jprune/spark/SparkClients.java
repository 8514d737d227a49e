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

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/**
 * Clients that have data of their own: one for each partition of an RDD. They are sent a model, do
 * some work with it and return a result; the data stays where it is.
 *
 * @param <T> what the data consists of
 */
public final class SparkClients<T> {
  private final JavaRDD<T> data;

  private SparkClients(JavaRDD<T> data) {
    this.data = data;
  }

  /**
   * Clients over the partitions of an RDD.
   *
   * @param data one partition for each client; best persisted
   * @param <T> what the data consists of
   * @return the clients
   */
  public static <T> SparkClients<T> of(JavaRDD<T> data) {
    return new SparkClients<>(data);
  }

  /**
   * How many clients there are.
   *
   * @return the number of partitions
   */
  public int count() {
    return data.getNumPartitions();
  }

  /**
   * Lets all clients do some work, and waits. One broadcast of the model, one result from each.
   *
   * @param message the model that each client gets
   * @param work what they do; must not hold on to anything that cannot be serialised
   * @param <R> what they return
   * @return the results in the order of the clients
   * @throws IllegalStateException if a client fails as often as Spark lets it
   */
  public <R> List<R> ask(ModelMessage message, ClientWork<T, R> work) {
    Broadcast<ModelMessage> broadcast = broadcast(message);
    List<R> results = new ArrayList<>();
    WorkerFailure.named(
        () -> results.addAll(run(broadcast, work).collect()), () -> "no result was taken");
    broadcast.destroy();
    return results;
  }

  /**
   * Lets all clients do some work and reduces the results in a tree, so that the master sees few of
   * them. The order of the reduction is that in which results arrive.
   *
   * @param message the model that each client gets
   * @param work what they do
   * @param reduction of two results; associative and commutative; may change the first one
   * @param depth of the tree, at least 1
   * @param <R> what they return
   * @return the reduced result
   * @throws IllegalStateException if a client fails as often as Spark lets it
   */
  public <R> R reduce(
      ModelMessage message, ClientWork<T, R> work, Function2<R, R, R> reduction, int depth) {
    Broadcast<ModelMessage> broadcast = broadcast(message);
    List<R> results = new ArrayList<>();
    WorkerFailure.named(
        () -> results.add(run(broadcast, work).treeReduce(reduction, depth)),
        () -> "no result was taken");
    broadcast.destroy();
    return results.get(0);
  }

  private Broadcast<ModelMessage> broadcast(ModelMessage message) {
    return JavaSparkContext.fromSparkContext(data.context()).broadcast(message);
  }

  private <R> JavaRDD<R> run(Broadcast<ModelMessage> broadcast, ClientWork<T, R> work) {
    return data.mapPartitionsWithIndex(
        (client, mine) -> List.of(work.run(client, broadcast.getValue().open(), mine)).iterator(),
        true);
  }
}

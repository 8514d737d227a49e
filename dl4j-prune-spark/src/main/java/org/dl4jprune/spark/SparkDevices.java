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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.federated.Answer;
import org.dl4jprune.federated.Clients;
import org.dl4jprune.federated.Device;
import org.dl4jprune.federated.DeviceSettings;
import org.dl4jprune.federated.Request;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * Devices of {@code FedTiny} on Spark: one for each partition, which trains on the batches of its
 * partition in their order. Give it to {@code FedTiny.train(model, clients)}.
 *
 * <p>A device is made anew for each request, so the mask travels in each round. All requests of a
 * round are one broadcast, in which what they share is written once; the configuration is a second
 * one, sent once. A task that fails is repeated by Spark, with the same result; if it fails for
 * good the training ends with an error, and goes on from its directory if it has one.
 */
public final class SparkDevices implements Clients {
  private final JavaRDD<DataSet> data;
  private final JavaSparkContext context;
  private final Broadcast<Plan> plan;
  private final long[] examples;

  /** What every device is made of. */
  private record Plan(boolean graph, String configuration, DeviceSettings settings)
      implements Serializable {

    static Plan of(Object model, DeviceSettings settings) {
      if (model instanceof ComputationGraph graph) {
        return new Plan(true, graph.getConfiguration().toJson(), settings);
      }
      if (model instanceof MultiLayerNetwork network) {
        return new Plan(false, network.getLayerWiseConfigurations().toJson(), settings);
      }
      throw new IllegalArgumentException(
          "Devices on Spark train a MultiLayerNetwork or a ComputationGraph, not %s"
              .formatted(model));
    }

    /** A device whose values will come with the request. */
    Device device(int number, Iterator<DataSet> batches) {
      List<DataSet> own = new ArrayList<>();
      batches.forEachRemaining(own::add);
      return new Device(
          PrunableModel.ofAny(model()), settings, new ListDataSetIterator<>(own, 1), number);
    }

    private Model model() {
      Model model =
          graph
              ? new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration))
              : new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration));
      model.init();
      return model;
    }
  }

  private SparkDevices(JavaRDD<DataSet> data, Plan plan) {
    this.data = data;
    this.context = JavaSparkContext.fromSparkContext(data.context());
    this.plan = context.broadcast(plan);
    this.examples =
        data.mapPartitions(mine -> List.of(count(mine)).iterator()).collect().stream()
            .mapToLong(count -> count)
            .toArray();
  }

  /**
   * Devices over the partitions of an RDD, whose examples are counted now.
   *
   * @param data batches, one partition for each device; best persisted
   * @param model the {@code MultiLayerNetwork} or {@code ComputationGraph} that is trained
   * @param settings {@code FedTiny.settings(model)}
   * @return the devices
   * @throws IllegalArgumentException if the model is of another class
   */
  public static SparkDevices of(JavaRDD<DataSet> data, Object model, DeviceSettings settings) {
    return new SparkDevices(data, Plan.of(model, settings));
  }

  private static long count(Iterator<DataSet> batches) {
    long count = 0;
    while (batches.hasNext()) {
      count += batches.next().numExamples();
    }
    return count;
  }

  @Override
  public long[] examples() {
    return examples.clone();
  }

  @Override
  public boolean remember() {
    return false;
  }

  @Override
  public SortedMap<Integer, Answer> ask(SortedMap<Integer, ? extends Request> requests) {
    Broadcast<TreeMap<Integer, Request>> sent = context.broadcast(new TreeMap<>(requests));
    SortedMap<Integer, Answer> answers = new TreeMap<>();
    WorkerFailure.named(
        () -> run(sent).forEach(answer -> answers.put(answer._1(), answer._2())),
        () -> "the round has no result");
    sent.unpersist();
    return answers;
  }

  private List<Tuple2<Integer, Answer>> run(Broadcast<TreeMap<Integer, Request>> sent) {
    Broadcast<Plan> devices = plan;
    return data.mapPartitionsWithIndex(
            (number, mine) -> answer(devices.getValue(), sent.getValue().get(number), number, mine),
            true)
        .collect();
  }

  private static Iterator<Tuple2<Integer, Answer>> answer(
      Plan plan, Request request, int number, Iterator<DataSet> mine) {
    List<Tuple2<Integer, Answer>> answers = new ArrayList<>();
    if (request != null) {
      answers.add(new Tuple2<>(number, plan.device(number, mine).answer(request)));
    }
    return answers.iterator();
  }
}

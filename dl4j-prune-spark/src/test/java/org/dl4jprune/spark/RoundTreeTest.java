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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.dl4jprune.listeners.OneShot;
import org.dl4jprune.listeners.PruningListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Sums of what workers return: in one order, and by the serialisers that jobs use. */
class RoundTreeTest {
  private static final int LENGTH = 50;

  private static INDArray values(int worker) {
    Random random = new Random(worker);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
    }
    return Nd4j.createFromArray(values);
  }

  private static RoundResult result(int worker) {
    if (worker == 5) {
      return RoundResult.nothing();
    }
    return new RoundResult(
        values(worker), values(-worker), null, worker, 0.5 * worker, null, null, null);
  }

  private static RoundSum run(int workers, int depth) {
    JavaRDD<ParameterAveragingTrainingResult> results =
        Cluster.context()
            .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
            .map(
                worker -> {
                  // So that they arrive in another order each time.
                  Thread.sleep(new Random().nextInt(30));
                  return result(worker);
                });
    return RoundTree.sum(results, depth);
  }

  private static INDArray inOrder(List<INDArray> parts, int groups) {
    List<INDArray> sums = new ArrayList<>();
    for (int from = 0; from < parts.size(); from += groups) {
      INDArray sum = null;
      for (INDArray part : parts.subList(from, Math.min(parts.size(), from + groups))) {
        sum = part == null ? sum : sum == null ? part.dup() : sum.addi(part);
      }
      sums.add(sum);
    }
    INDArray total = sums.get(0);
    sums.subList(1, sums.size()).forEach(total::addi);
    return total;
  }

  @Test
  void theOrderOfTheWorkersIsThatOfTheSum() {
    INDArray[] parts = new INDArray[11];
    Arrays.setAll(parts, worker -> worker == 5 ? null : values(worker));
    INDArray expected = inOrder(Arrays.asList(parts), RoundTree.fanIn(11, 2));
    for (int run = 0; run < 3; run++) {
      RoundSum sum = run(11, 2);
      assertEquals(0.0, Cluster.difference(expected, sum.parameters()));
      assertEquals(10, sum.workers());
      assertEquals(10, sum.steps());
      assertEquals(25, sum.score());
      assertNull(sum.gradient());
    }
    // The order matters: all in one row is another sum.
    INDArray flat = inOrder(Arrays.asList(parts), 11);
    assertEquals(0.0, Cluster.difference(flat, run(11, 1).parameters()));
    assertTrue(Cluster.difference(flat, expected) > 0);
  }

  @Test
  void noDataIsNoSum() {
    JavaRDD<ParameterAveragingTrainingResult> nothing =
        Cluster.context().parallelize(List.of(1, 2), 2).map(any -> RoundResult.nothing());
    assertNull(RoundTree.sum(nothing, 2));
  }

  @Test
  void kryoWritesAndReadsWhatTravels() {
    SerializerInstance kryo =
        new KryoSerializer(
                new SparkConf().set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator"))
            .newInstance();
    // Spark registers classes of MLlib, which this class path has without the SQL that they need.
    System.setProperty("spark.testing", "true");
    try {
      check(kryo);
    } finally {
      System.clearProperty("spark.testing");
    }
  }

  private static void check(SerializerInstance kryo) {
    RoundSum sum = copy(kryo, RoundSum.add(null, result(3)), RoundSum.class);
    assertEquals(0.0, Cluster.difference(values(3), sum.parameters()));
    assertEquals(0.0, Cluster.difference(values(-3), sum.updaterState()));
    assertEquals(3, sum.steps());

    MultiLayerNetwork network = Cluster.mlp(new Adam(1e-2));
    PruningListener listener = OneShot.builder().sparsity(0.7).build().attach(network);
    network.setListeners(listener);
    network.fit(Cluster.batches(1).get(0));
    ModelMessage message = ModelMessage.of(network, listener.masks(), true);
    ModelMessageTest.same(network, copy(kryo, message, ModelMessage.class).open().model());
  }

  private static <T> T copy(SerializerInstance serializer, T object, Class<T> type) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    return serializer.deserialize(serializer.serialize(object, tag), tag);
  }
}

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
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import scala.Tuple2;

/**
 * Adds up what the workers return, in a tree like that of Spark's {@code treeAggregate}, but in the
 * order of the partitions and not in that of arrival, so that the sum has the same bits in every
 * run.
 */
final class RoundTree {
  private RoundTree() {}

  /**
   * The sum.
   *
   * @param depth how many levels, the master included
   * @return null if no worker had data
   */
  static RoundSum sum(JavaRDD<ParameterAveragingTrainingResult> results, int depth) {
    int count = results.getNumPartitions();
    int fanIn = fanIn(count, depth);
    JavaPairRDD<Integer, RoundSum> level =
        JavaPairRDD.fromJavaRDD(
            results.mapPartitionsWithIndex(
                (index, mine) -> {
                  RoundSum sum = null;
                  while (mine.hasNext()) {
                    sum = RoundSum.add(sum, (RoundResult) mine.next());
                  }
                  return sum == null
                      ? java.util.Collections.emptyIterator()
                      : List.of(new Tuple2<>(index, sum)).iterator();
                },
                true));
    // Another level is of use only while it spares the master something; Spark stops there too.
    while (count > fanIn + (count + fanIn - 1) / fanIn) {
      count = (count + fanIn - 1) / fanIn;
      level =
          level
              .mapToPair(one -> new Tuple2<>(one._1() / fanIn, one))
              .groupByKey(count)
              .mapValues(RoundTree::inOrder);
    }
    return inOrder(level.collect());
  }

  /** How many sums are added to one, as Spark chooses it. */
  static int fanIn(int count, int depth) {
    return Math.max(2, (int) Math.ceil(Math.pow(count, 1.0 / depth)));
  }

  private static RoundSum inOrder(Iterable<Tuple2<Integer, RoundSum>> sums) {
    List<Tuple2<Integer, RoundSum>> sorted = new ArrayList<>();
    sums.forEach(sorted::add);
    sorted.sort(Comparator.comparing(Tuple2::_1));
    RoundSum total = null;
    for (Tuple2<Integer, RoundSum> one : sorted) {
      total = RoundSum.combine(total, one._2());
    }
    return total;
  }
}

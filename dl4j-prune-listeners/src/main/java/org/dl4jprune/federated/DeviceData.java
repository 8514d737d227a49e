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
package org.dl4jprune.federated;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The data of one device: how many there are, passes over them, and the development examples. */
final class DeviceData {
  private static final int DEVELOPMENT = 10;

  private final DataSetIterator data;
  private final long examples;
  private final long batches;

  /** Counts the examples, in one pass. */
  DeviceData(DataSetIterator data, int number) {
    this.data = data;
    long counted = 0;
    long drawn = 0;
    begin(0);
    while (data.hasNext()) {
      counted += data.next().numExamples();
      drawn++;
    }
    if (counted == 0) {
      throw new IllegalArgumentException(
          "Client %d has no examples; leave it out".formatted(number));
    }
    this.examples = counted;
    this.batches = drawn;
  }

  long examples() {
    return examples;
  }

  long batches() {
    return batches;
  }

  /** The iterator at the first batch of a pass. */
  DataSetIterator begin(long pass) {
    if (data instanceof OrderedData ordered) {
      ordered.begin(pass);
    } else if (data.resetSupported()) {
      data.reset();
    } else {
      throw new IllegalArgumentException(
          "A device goes over its data often; give it an iterator that can be reset");
    }
    return data;
  }

  /** All batches of the first pass. */
  Iterable<MultiDataSet> all() {
    return () -> {
      begin(0);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return data.hasNext();
        }

        @Override
        public MultiDataSet next() {
          return data.next().toMultiDataSet();
        }
      };
    };
  }

  /** Every tenth example of the first pass, and at least one. */
  List<DataSet> development() {
    List<DataSet> chosen = new ArrayList<>();
    long seen = 0;
    begin(0);
    while (data.hasNext()) {
      DataSet batch = data.next();
      List<DataSet> examples = new ArrayList<>();
      for (int i = 0; i < batch.numExamples(); i++, seen++) {
        if (seen % DEVELOPMENT == 0) {
          examples.add(batch.get(i));
        }
      }
      if (!examples.isEmpty()) {
        chosen.add(DataSet.merge(examples));
      }
    }
    return chosen;
  }
}

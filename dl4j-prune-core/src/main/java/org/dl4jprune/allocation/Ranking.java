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
package org.dl4jprune.allocation;

import java.util.List;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.pattern.ExactSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Ranks the units of several layers together and counts what each layer keeps. */
final class Ranking {
  private Ranking() {}

  /** How many of each part's scores are among the largest of all; parts are rank 1. */
  static long[] kept(List<INDArray> parts, long keep) {
    if (parts.size() == 1) {
      // Concatenating a single array gives that array, which belongs to the caller.
      return new long[] {keep};
    }
    INDArray together = Nd4j.concat(0, parts.toArray(INDArray[]::new));
    INDArray mask = ExactSelection.keepLargest(together, keep);
    long[] counts = new long[parts.size()];
    long start = 0;
    for (int i = 0; i < counts.length; i++) {
      long end = start + parts.get(i).length();
      INDArray own = mask.get(NDArrayIndex.interval(start, end));
      counts[i] = (long) HostReads.scalar(Nd4j.getExecutioner().exec(new CountNonZero(own)));
      start = end;
    }
    close(together);
    close(mask);
    return counts;
  }

  static void close(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}

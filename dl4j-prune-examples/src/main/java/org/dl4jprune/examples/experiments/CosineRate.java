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
package org.dl4jprune.examples.experiments;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * A learning rate that falls along half a cosine from its initial value to zero.
 *
 * @param initial the rate at the first iteration
 * @param iterations when it reaches zero
 */
record CosineRate(double initial, long iterations) implements ISchedule {

  @Override
  public double valueAt(int iteration, int epoch) {
    double progress = Math.min(1, (double) iteration / iterations);
    return initial * 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  @Override
  public ISchedule clone() {
    return this;
  }
}

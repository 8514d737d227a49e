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
package org.dl4jprune.gates;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Polarisation of a running mean of the gates, m ← memory·m + (1 − memory)·g after each training
 * step: the value is (1/|G|) Σ m(1 − m) and the gradient (1 − 2m)/|G|, with the gates of the
 * current minibatch in m. So minibatches of a few examples, or one, know what the others did. The
 * running mean is the only state; who resumes a training begins anew with the first minibatch.
 */
final class SmoothedPolarization implements GatePenalty {
  private final double memory;
  private final Penalties.Polarizing polarizing = new Penalties.Polarizing();
  private INDArray mean;

  SmoothedPolarization(double memory) {
    if (!(memory >= 0 && memory < 1)) {
      throw new IllegalArgumentException(
          "The memory %s of a running mean lies outside [0, 1)".formatted(memory));
    }
    this.memory = memory;
  }

  @Override
  public INDArray value(INDArray gates, INDArray costs) {
    return polarizing.value(smoothed(gates), costs);
  }

  @Override
  public INDArray gradient(INDArray gates, INDArray costs) {
    return polarizing.gradient(smoothed(gates), costs);
  }

  private INDArray smoothed(INDArray gates) {
    return mean == null ? gates.dup() : mean.mul(memory).addi(gates.mul(1 - memory));
  }

  @Override
  public void stepDone(INDArray gates, INDArray costs) {
    INDArray next = smoothed(gates).detach();
    if (mean != null) {
      mean.close();
    }
    mean = next;
  }
}

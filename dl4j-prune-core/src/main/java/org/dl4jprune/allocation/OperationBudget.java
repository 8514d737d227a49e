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
import java.util.Map;
import org.dl4jprune.model.Parameter;

/**
 * The split that distorts the outputs least, as {@link RateDistortion}, among those that remove a
 * fraction of the multiply-accumulates in place of a number of weights. A weight of a convolution
 * works at every position of its output, so that its zero saves more. Xu et al., ICCV 2023, <a
 * href="https://arxiv.org/abs/2308.10438">arXiv 2308.10438</a>, and the option of its code.
 *
 * <p>How many weights go follows from the budget; the asked sparsity is a limit.
 *
 * <pre>{@code
 * RateDistortion measured = RateDistortionCurves.of(network).calibration(batches).measure();
 * Map<String, Long> positions = PrunableModel.ofAny(network).positions(batches.get(0));
 * Pruner.of(network)
 *     .allocation(new OperationBudget(measured.curves(), positions, 0.5))
 *     .sparsity(0.99)
 *     .prune();
 * }</pre>
 *
 * @param curves one for each parameter to prune, in any order
 * @param positions at how many positions each layer computes its outputs, by its name; 1 for layers
 *     that are not named
 * @param removed the fraction of multiply-accumulates that goes, in [0, 1)
 */
public record OperationBudget(
    List<DistortionCurve> curves, Map<String, Long> positions, double removed)
    implements Allocation {

  /**
   * Copies its arguments.
   *
   * @param curves one for each parameter to prune
   * @param positions at how many positions each layer computes its outputs
   * @param removed the fraction of multiply-accumulates that goes
   * @throws IllegalArgumentException if the fraction lies outside [0, 1), or a number of positions
   *     is below 1
   */
  public OperationBudget {
    curves = List.copyOf(curves);
    positions = Map.copyOf(positions);
    if (!(removed >= 0 && removed < 1)) {
      throw new IllegalArgumentException(
          "A budget removes a fraction of the multiply-accumulates in [0, 1), not " + removed);
    }
    positions.forEach(
        (layer, number) -> {
          if (number < 1) {
            throw new IllegalArgumentException(
                "Layer %s works at %d positions; give at least 1".formatted(layer, number));
          }
        });
  }

  @Override
  public boolean choosesAmount() {
    return true;
  }

  @Override
  public List<Scope> allocate(Request request) {
    DistortionSplit split = DistortionSplit.of(curves, request, this::price);
    long asked = Counts.zeros(removed, split.all());
    if (asked > split.most()) {
      throw new IllegalArgumentException(
          "The curves end at %d of %d multiply-accumulates, which is less than %d; measure them up to a smaller minimum kept, or remove less"
              .formatted(split.most(), split.all(), asked));
    }
    List<Scope> scopes = split.scopes(request, split.zeros(asked));
    long zeros = scopes.stream().mapToLong(Scope::zeros).sum();
    if (zeros > request.zeros()) {
      throw new IllegalArgumentException(
          "The budget takes %d of %d weights, more than the sparsity of %s allows; raise it"
              .formatted(zeros, request.total(), request.sparsity()));
    }
    return scopes;
  }

  private long price(Parameter parameter) {
    return positions.getOrDefault(parameter.layer(), 1L);
  }
}

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

import java.util.Arrays;
import java.util.List;
import org.dl4jprune.model.Parameter;

/**
 * Densities as in sparse random graphs: larger layers become sparser. Layer l gets the density
 * ε·raw_l, at most 1, with raw = (in + out) / (in·out), or in the kernel form (ERK) the sum of all
 * dimensions over their product. ε is the one number for which the zeros of all layers are exactly
 * round-half-up of s·Σn, with whole counts by largest remainder. Card {@code classic-criteria},
 * allocations; Evci et al., ICML 2020, <a href="https://arxiv.org/abs/1911.11134">arXiv
 * 1911.11134</a>, section 3, after Mocanu et al., Nature Communications 2018.
 *
 * <p>When the sparsity rises by a unit at a time, rounding can give one layer a unit more than
 * before, as always with largest remainders; steps of more than one unit for each layer do not.
 *
 * @param kernel whether the positions of a convolution's kernel count as dimensions (ERK)
 * @param floor the least that each parameter keeps
 */
public record ErdosRenyi(boolean kernel, Floor floor) implements Allocation {

  /**
   * Fills in what is left out.
   *
   * @param kernel whether the positions of a convolution's kernel count as dimensions
   * @param floor the least that each parameter keeps; null for none
   */
  public ErdosRenyi {
    floor = floor == null ? Floor.none() : floor;
  }

  /**
   * Without a floor.
   *
   * @param kernel whether the positions of a convolution's kernel count as dimensions
   */
  public ErdosRenyi(boolean kernel) {
    this(kernel, Floor.none());
  }

  @Override
  public List<Scope> allocate(Request request) {
    long[] least = floor.least(request);
    long[] units = request.units();
    double[] weights = new double[units.length];
    Arrays.setAll(weights, i -> raw(request.parameters().get(i)) * units[i]);
    long[] kept = Quotas.counts(weights, least, request.alive(), request.kept());
    return Scopes.keeping(request, kept, least);
  }

  private double raw(Parameter parameter) {
    long[] dimensions =
        kernel ? parameter.canonicalShape() : new long[] {parameter.outputs(), parameter.inputs()};
    double sum = Arrays.stream(dimensions).sum();
    return sum / Arrays.stream(dimensions).asDoubleStream().reduce(1, (a, b) -> a * b);
  }
}

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
package org.dl4jprune.transform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.dl4jprune.allocation.PqIndex;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How concentrated the weights of a model are, parameter by parameter and all together, by the
 * {@link PqIndex} of those that are not pruned. It falls while a large network is regularised,
 * rises near the limit of compression, and falls again at collapse. Diao et al., ICLR 2023, <a
 * href="https://arxiv.org/abs/2302.05601">arXiv 2302.05601</a>.
 *
 * <pre>{@code
 * System.out.println(Concentration.of(network, Selector.weights(), new PqIndex(0.5, 1)));
 * }</pre>
 *
 * @param index the exponents
 * @param rows one for each parameter, and the last one for all together
 */
public record Concentration(PqIndex index, List<Row> rows) {

  /**
   * One parameter, or all.
   *
   * @param name of the parameter, or {@code all}
   * @param weights how many it has
   * @param active how many are not pruned
   * @param value their index, in [0, 1)
   * @param compressible the share of the active weights that the index lets go at η = 0, in [0, 1)
   */
  public record Row(String name, long weights, long active, double value, double compressible) {}

  /**
   * Copies its argument.
   *
   * @param index the exponents
   * @param rows one for each parameter, and the last one for all together
   */
  public Concentration {
    rows = List.copyOf(rows);
  }

  /**
   * Of a model without masks.
   *
   * @param model a {@code MultiLayerNetwork}, {@code ComputationGraph} or {@code SameDiff}; stays
   *     as it is
   * @param selector which parameters
   * @param index the exponents
   * @return the indices
   * @throws IllegalArgumentException if nothing is selected, or a weight is not finite
   */
  public static Concentration of(Object model, Selector selector, PqIndex index) {
    PrunableModel view = PrunableModel.ofAny(model);
    List<Parameter> parameters = selector.select(view);
    return of(view, parameters, parameters.stream().mapToLong(Parameter::length).toArray(), index);
  }

  /**
   * Of a masked model. Pruned weights are not counted: their zeros would make any pruned network
   * look compressible.
   *
   * @param model the model, whose pruned weights are zero; stays as it is
   * @param masks its masks
   * @param index the exponents
   * @return the indices
   * @throws IllegalArgumentException if a weight is not finite
   */
  public static Concentration of(Object model, Masks masks, PqIndex index) {
    return of(PrunableModel.ofAny(model), masks.layout().parameters(), masks.kept().clone(), index);
  }

  private static Concentration of(
      PrunableModel model, List<Parameter> parameters, long[] active, PqIndex index) {
    List<Row> rows = new ArrayList<>();
    List<INDArray> values = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      values.add(model.values(parameter));
      rows.add(row(parameter.name(), parameter.length(), active[i], List.of(values.get(i)), index));
    }
    long all = parameters.stream().mapToLong(Parameter::length).sum();
    rows.add(row("all", all, Arrays.stream(active).sum(), values, index));
    return new Concentration(index, rows);
  }

  private static Row row(
      String name, long weights, long active, List<INDArray> values, PqIndex index) {
    double value;
    try {
      value = active == 0 ? 0 : index.of(values, active);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(name, e.getMessage()), e);
    }
    return new Row(name, weights, active, value, 1 - index.leastKept(value, 1, 0));
  }

  /**
   * That of all weights together.
   *
   * @return in [0, 1)
   */
  public double all() {
    return rows.get(rows.size() - 1).value();
  }

  /**
   * The table.
   *
   * @return one line for each parameter and one for all
   */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-24s %14s %14s %10s %14s"
            .formatted("parameter", "weights", "active", "PQ Index", "compressible"));
    for (Row row : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-24s %,14d %,14d %10.6f %12.2f %%",
              row.name(),
              row.weights(),
              row.active(),
              row.value(),
              100 * row.compressible()));
    }
    return String.join(System.lineSeparator(), lines);
  }
}

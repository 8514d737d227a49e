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

import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.LatencyTable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How much is to go, and of what. A fraction of the units is counted exactly; every other budget is
 * met by the first unit in the order of removal that reaches it.
 *
 * @param of what is counted
 * @param fraction that is to go, in [0, 1)
 * @param example one batch for what depends on the input's shape, else null
 * @param table for latency, else null
 */
public record Budget(Of of, double fraction, MultiDataSet example, LatencyTable table) {

  /** What a budget counts. */
  public enum Of {
    /** Channels, heads, cells: what lives and dies together counts once. */
    UNITS("units"),
    /** The values of all arrays, statistics included. */
    PARAMETERS("parameters"),
    /** Of one inference of one example. */
    MULTIPLY_ACCUMULATES("multiply-accumulates"),
    /** Of the arrays in the model's file; see {@link Cost#bytes}. */
    BYTES("bytes"),
    /** Of one inference of a batch, estimated; see {@link Cost#latency}. */
    LATENCY("nanoseconds");

    private final String label;

    Of(String label) {
      this.label = label;
    }

    /**
     * The name in reports.
     *
     * @return the unit of what is counted
     */
    public String label() {
      return label;
    }
  }

  /**
   * Checks the fraction and that nothing is missing.
   *
   * @param of what is counted
   * @param fraction that is to go, in [0, 1)
   * @param example one batch, where the input's shape matters
   * @param table for latency
   * @throws IllegalArgumentException if the fraction lies outside [0, 1), which would leave
   *     nothing, or the example or the table is missing
   */
  public Budget {
    check(fraction, of.label());
    boolean needsExample = of == Of.MULTIPLY_ACCUMULATES || of == Of.LATENCY;
    if (needsExample && example == null) {
      throw new IllegalArgumentException(
          "A budget of %s needs one batch, of which the shapes matter".formatted(of.label()));
    }
    if (of == Of.LATENCY && table == null) {
      throw new IllegalArgumentException(
          "A budget of latency needs a table; make one with LatencyTable.measure(model, example)");
    }
  }

  static void check(double fraction, String what) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "Sparsity %s lies outside [0, 1); it is the fraction of %s that go, and 1 would leave nothing"
              .formatted(fraction, what));
    }
  }

  /**
   * A fraction of the units.
   *
   * @param fraction in [0, 1)
   * @return the budget
   */
  public static Budget units(double fraction) {
    return new Budget(Of.UNITS, fraction, null, null);
  }

  /**
   * A fraction of the parameters.
   *
   * @param fraction in [0, 1)
   * @return the budget
   */
  public static Budget parameters(double fraction) {
    return new Budget(Of.PARAMETERS, fraction, null, null);
  }

  /**
   * A fraction of the multiply-accumulates.
   *
   * @param fraction in [0, 1)
   * @param example one batch; only the shapes of its features matter
   * @return the budget
   */
  public static Budget multiplyAccumulates(double fraction, MultiDataSet example) {
    return new Budget(Of.MULTIPLY_ACCUMULATES, fraction, example, null);
  }

  /**
   * A fraction of the bytes of the saved model.
   *
   * @param fraction in [0, 1)
   * @return the budget
   */
  public static Budget bytes(double fraction) {
    return new Budget(Of.BYTES, fraction, null, null);
  }

  /**
   * A fraction of the time of one inference.
   *
   * @param fraction in [0, 1)
   * @param table measured on this machine
   * @param example one batch of the size that the table was measured with
   * @return the budget
   */
  public static Budget latency(double fraction, LatencyTable table, MultiDataSet example) {
    return new Budget(Of.LATENCY, fraction, example, table);
  }

  /** What the budget counts, of a model; null for units. */
  Cost cost(ChannelGroups groups) {
    return switch (of) {
      case UNITS -> null;
      case PARAMETERS -> Cost.parameters(groups);
      case MULTIPLY_ACCUMULATES -> Cost.multiplyAccumulates(groups, example);
      case BYTES -> Cost.bytes(groups);
      case LATENCY -> Cost.latency(groups, table, example);
    };
  }
}

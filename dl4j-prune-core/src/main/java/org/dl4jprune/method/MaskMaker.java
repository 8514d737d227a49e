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
package org.dl4jprune.method;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.Request;
import org.dl4jprune.allocation.Scope;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.pattern.ExactSelection;
import org.dl4jprune.pattern.Geometry;
import org.dl4jprune.pattern.Pattern;
import org.dl4jprune.pattern.RowSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Max;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** Turns scores into masks: an allocation says how many, a pattern in which shape. */
public final class MaskMaker {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final Layout layout;
  private final Pattern pattern;

  /**
   * A maker for some parameters.
   *
   * @param layout the parameters
   * @param pattern the shape of the masks
   * @throws IllegalArgumentException if the pattern does not fit one of the parameters
   */
  public MaskMaker(Layout layout, Pattern pattern) {
    this.layout = layout;
    this.pattern = pattern;
    layout.parameters().forEach(p -> pattern.check(p.name(), geometry(p)));
  }

  /**
   * Chooses what is kept.
   *
   * @param scores a vector of the layout without NaN; high is kept, and minus infinity is dead and
   *     stays so; stays the caller's
   * @param allocation how many zeros go where
   * @param sparsity the fraction of zeros in units of the pattern, in [0, 1]
   * @return the masks
   * @throws IllegalArgumentException if the allocation cannot reach the sparsity
   */
  public Choice make(INDArray scores, Allocation allocation, double sparsity) {
    return make(scores, null, allocation, sparsity);
  }

  /**
   * Chooses what is kept, where it is known how much is alive.
   *
   * @param scores as above; dead values are minus infinity
   * @param kept how many values of each parameter are alive, or null to count them on the device
   * @param allocation how many zeros go where
   * @param sparsity the fraction of zeros in units of the pattern, in [0, 1]
   * @return the masks
   * @throws IllegalArgumentException if the allocation cannot reach the sparsity
   */
  public Choice make(INDArray scores, long[] kept, Allocation allocation, double sparsity) {
    List<Parameter> parameters = layout.parameters();
    if (!Double.isNaN(pattern.prescribedSparsity())) {
      INDArray mask = Nd4j.createUninitialized(scores.dataType(), layout.length());
      if (sparsity == 0) {
        return new Choice(mask.assign(1), Map.of());
      }
      for (Parameter p : parameters) {
        put(mask, p, pattern.select(layout.flat(scores, p), geometry(p)));
      }
      return new Choice(mask, Map.of());
    }
    List<INDArray> flat = parameters.stream().map(p -> layout.flat(scores, p)).toList();
    List<INDArray> pooled = new ArrayList<>();
    for (int i = 0; i < flat.size(); i++) {
      pooled.add(pattern.pool(flat.get(i), geometry(parameters.get(i))));
    }
    long[] units = pooled.stream().mapToLong(INDArray::length).toArray();
    boolean valuesAreUnits =
        IntStream.range(0, units.length).allMatch(i -> pooled.get(i) == flat.get(i));
    long[] alive = valuesAreUnits && kept != null ? kept.clone() : alive(pooled);
    Request request = new Request(parameters, units, alive, sparsity, pooled::get);
    List<Scope> scopes = allocation.allocate(request);
    Map<Parameter, Double> asked = new HashMap<>();
    for (Scope scope : scopes) {
      if (scope.parameters().size() == 1) {
        Parameter only = scope.parameters().get(0);
        asked.put(only, (double) scope.zeros() / units[parameters.indexOf(only)]);
      }
    }
    boolean oneRanking = scopes.size() == 1 && scopes.get(0).zerosOfRows().isEmpty();
    if (valuesAreUnits && oneRanking && scopes.get(0).parameters().equals(parameters)) {
      // One ranking of all values in order needs no copy: the selection itself is the mask.
      return new Choice(select(scopes.get(0), pooled, scores), asked);
    }
    INDArray mask = Nd4j.createUninitialized(scores.dataType(), layout.length());
    scopes.forEach(scope -> fill(mask, scope, pooled));
    return new Choice(mask, asked);
  }

  private void fill(INDArray mask, Scope scope, List<INDArray> pooled) {
    List<Parameter> parameters = layout.parameters();
    List<INDArray> members =
        scope.parameters().stream().map(p -> pooled.get(parameters.indexOf(p))).toList();
    INDArray together = members.size() == 1 ? members.get(0) : concatenate(members);
    INDArray kept = select(scope, members, together);
    if (members.size() > 1) {
      together.close();
    }
    long start = 0;
    for (int i = 0; i < members.size(); i++) {
      Parameter p = scope.parameters().get(i);
      long end = start + members.get(i).length();
      put(mask, p, pattern.expand(kept.get(NDArrayIndex.interval(start, end)), geometry(p)));
      start = end;
    }
    kept.close();
  }

  /**
   * New masks and what was asked of them.
   *
   * @param mask a new vector of the layout: 1 = kept; owned by the caller
   * @param asked the sparsity of each parameter that was given one of its own; parameters that are
   *     ranked together with others have none
   */
  public record Choice(INDArray mask, Map<Parameter, Double> asked) {}

  /**
   * Exchanges weights within each parameter: the lowest active ones go, and as many of the inactive
   * ones, those that went a moment ago included, come. The number of active weights of each
   * parameter stays.
   *
   * @param mask the current masks, a vector of the layout, changed in place
   * @param scores what active weights are worth, a vector of the layout
   * @param growth what inactive weights promise, a vector of the layout
   * @param rate the fraction of each parameter's active units that is exchanged, in [0, 1); rounded
   *     up to whole units
   * @return how many units were exchanged
   */
  public long exchange(INDArray mask, INDArray scores, INDArray growth, double rate) {
    List<INDArray> active = new ArrayList<>();
    for (Parameter p : layout.parameters()) {
      active.add(pattern.pool(layout.flat(mask, p), geometry(p)));
    }
    long[] counts = Masks.countOnes(active);
    long total = 0;
    for (int i = 0; i < counts.length; i++) {
      Parameter p = layout.parameters().get(i);
      long exchanged = (long) Math.ceil(rate * counts[i]);
      if (exchanged == 0) {
        continue;
      }
      INDArray worth = onlyWhere(active.get(i), pattern.pool(layout.flat(scores, p), geometry(p)));
      INDArray kept = ExactSelection.keepLargest(worth, counts[i] - exchanged);
      worth.close();
      INDArray inactive = kept.rsub(1);
      INDArray promise = onlyWhere(inactive, pattern.pool(layout.flat(growth, p), geometry(p)));
      inactive.close();
      INDArray grown = ExactSelection.keepLargest(promise, exchanged);
      put(mask, p, pattern.expand(kept.addi(grown), geometry(p)));
      total += exchanged;
      promise.close();
      grown.close();
      kept.close();
    }
    return total;
  }

  /**
   * The number of units that each parameter has.
   *
   * @return one number for each parameter of the layout
   */
  public long[] units() {
    return layout.parameters().stream().mapToLong(p -> pattern.units(geometry(p))).toArray();
  }

  /**
   * Ranks everything outside a mask below everything in it.
   *
   * @param mask ones and zeros
   * @param scores finite scores of the same shape
   * @return a new array: the score where the mask is one, and minus infinity elsewhere
   */
  public static INDArray onlyWhere(INDArray mask, INDArray scores) {
    // 1 - 1/1 = 0 leaves a score as it is, 1 - 1/0 = -inf makes it the lowest. A logarithm would do
    // the same and take five times as long.
    return mask.rdiv(1).rsubi(1).addi(scores);
  }

  private static long[] alive(List<INDArray> pooled) {
    return Masks.counts(
        pooled.stream()
            .map(scores -> new MatchCondition(scores, Conditions.greaterThan(-INFINITY)))
            .toList());
  }

  private static INDArray select(Scope scope, List<INDArray> members, INDArray together) {
    if (!scope.zerosOfRows().isEmpty()) {
      return RowSelection.withoutSmallest(together, scope.zerosOfRows());
    }
    long keep = together.length() - scope.zeros();
    INDArray kept = ExactSelection.keepLargest(together, keep);
    long[] floors = scope.minimumKept().stream().mapToLong(Long::longValue).toArray();
    if (members.size() == 1
        || LongStream.of(floors).allMatch(floor -> floor == 0)
        || !violates(kept, members, floors)) {
      return kept;
    }
    kept.close();
    try (INDArray lifted = protect(together, members, floors)) {
      return ExactSelection.keepLargest(lifted, keep);
    }
  }

  private static boolean violates(INDArray kept, List<INDArray> members, long[] floors) {
    List<INDArray> parts = new ArrayList<>();
    long start = 0;
    for (INDArray member : members) {
      parts.add(kept.get(NDArrayIndex.interval(start, start + member.length())));
      start += member.length();
    }
    long[] counts = Masks.countOnes(parts);
    for (int i = 0; i < floors.length; i++) {
      if (counts[i] < floors[i]) {
        return true;
      }
    }
    return false;
  }

  // The largest of each member are lifted above all others; the rest of the budget is then filled
  // by the globally largest, which is the best choice under the floors (a matroid).
  private static INDArray protect(INDArray together, List<INDArray> members, long[] floors) {
    INDArray ranked = together.dup();
    long start = 0;
    for (int i = 0; i < floors.length; i++) {
      INDArray member = members.get(i);
      if (floors[i] > 0) {
        INDArray lifted = ExactSelection.keepLargest(member, floors[i]);
        // Infinite on the protected ones, and below every score on the others.
        lifted.muli(2).subi(1).muli(INFINITY);
        INDArray part = ranked.get(NDArrayIndex.interval(start, start + member.length()));
        Nd4j.exec(new Max(part, lifted, part));
        lifted.close();
      }
      start += member.length();
    }
    return ranked;
  }

  private static INDArray concatenate(List<INDArray> members) {
    INDArray together =
        Nd4j.createUninitialized(
            members.get(0).dataType(), members.stream().mapToLong(INDArray::length).sum());
    long start = 0;
    for (INDArray member : members) {
      together.get(NDArrayIndex.interval(start, start + member.length())).assign(member);
      start += member.length();
    }
    return together;
  }

  private void put(INDArray mask, Parameter parameter, INDArray values) {
    layout.flat(mask, parameter).assign(values);
  }

  private static Geometry geometry(Parameter parameter) {
    return new Geometry(parameter.outputs(), parameter.inputs(), parameter.kernelPositions());
  }
}

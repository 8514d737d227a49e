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
package org.dl4jprune.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * A graph around an op; x is a placeholder, the result is the output.
 *
 * @param name in reports
 * @param units the sizes of its groups
 * @param input the shape of x
 * @param graph from x to the result
 */
record OpCase(
    String name,
    List<Integer> units,
    long[] input,
    BiFunction<Sketch, SDVariable, SDVariable> graph) {
  @Override
  public String toString() {
    return name;
  }

  static OpCase row(
      String name, int out, BiFunction<Sketch, SDVariable, SDVariable> op, Integer... units) {
    return new OpCase(
        name,
        List.of(units),
        new long[] {4, 6},
        (s, x) -> op.apply(s, s.dense("h", x, 6, 8)).mmul(s.weight("out", out, 3)));
  }

  static OpCase open(String name, BiFunction<Sketch, SDVariable, SDVariable> op, Integer... units) {
    return new OpCase(
        name, List.of(units), new long[] {4, 6}, (s, x) -> op.apply(s, s.dense("h", x, 6, 8)));
  }

  static OpCase image(
      String name, int out, BiFunction<Sketch, SDVariable, SDVariable> op, Integer... units) {
    return new OpCase(
        name,
        List.of(units),
        new long[] {2, 2, 4, 4},
        (s, x) -> op.apply(s, s.conv("h", x, 2, 6, 3)).mean(2, 3).mmul(s.weight("out", out, 3)));
  }

  static OpCase last(
      String name, int out, BiFunction<Sketch, SDVariable, SDVariable> op, Integer... units) {
    return new OpCase(
        name,
        List.of(units),
        new long[] {2, 4, 4, 2},
        (s, x) -> {
          SDVariable h =
              s.sd.cnn.conv2d(x, s.weight("h_W", 3, 3, 2, 6), s.weight("h_b", 6), config("NHWC"));
          return op.apply(s, h).mean(1, 2).mmul(s.weight("out", out, 3));
        });
  }

  static Conv2DConfig config(String format) {
    return config(format, WeightsFormat.YXIO);
  }

  static Conv2DConfig config(String format, WeightsFormat weights) {
    return Conv2DConfig.builder()
        .kH(3)
        .kW(3)
        .sH(1)
        .sW(1)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.SAME)
        .dataFormat(format)
        .weightsFormat(weights)
        .build();
  }

  ChannelGroups groupsOf(Sketch sketch) {
    ChannelGroups groups = ChannelGroups.of(sketch.sd);
    List<Integer> sizes = groups.groups().stream().map(g -> g.units().size()).sorted().toList();
    assertEquals(units.stream().sorted().toList(), sizes, groups::explain);
    assertTrue(groups.isExact(), groups::explain);
    return groups;
  }

  /** The first and the last unit of each group can go, and half of all. */
  void check() {
    Sketch sketch = new Sketch(11);
    SDVariable result = graph.apply(sketch, sketch.input(input));
    INDArray x = sketch.values(input);
    ChannelGroups groups = groupsOf(sketch);
    Surgeon surgeon = new Surgeon(groups);
    List<RemovalPlan> plans = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      List<Integer> all = group.units();
      plans.add(RemovalPlan.of(groups, all.subList(0, 1)));
      plans.add(RemovalPlan.of(groups, all.subList(all.size() - 1, all.size())));
    }
    plans.add(SameDiffArchitecturesTest.plan(groups, 0.5));
    for (RemovalPlan plan : plans) {
      INDArray masked = output((SameDiff) surgeon.mask(plan).unwrap(), x, result.name());
      INDArray cut = output((SameDiff) surgeon.cut(plan).unwrap(), x, result.name());
      assertEquals(0, SameDiffArchitecturesTest.difference(masked, cut), 1e-6, groups::explain);
    }
  }

  private static INDArray output(SameDiff graph, INDArray x, String name) {
    return graph.outputSingle(Map.of("x", x), name).castTo(DataType.DOUBLE).dup();
  }
}

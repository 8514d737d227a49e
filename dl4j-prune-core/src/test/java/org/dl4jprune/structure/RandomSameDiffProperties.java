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

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random SameDiff graphs: removal equals masking, and the classes are those of the paper's
 * propagation of masks, op by op until nothing changes.
 */
class RandomSameDiffProperties {
  private static final int NODES = 9;
  private static final int INPUTS = 6;

  /** A tensor [N, width] with a cell for each channel. */
  private record Node(SDVariable variable, int[] cells, boolean zero) {}

  /** Pairs of cells that one op couples; a mask on one of them is passed on to the other. */
  private record Op(List<int[]> pairs) {}

  /** A random graph with, beside it, what each of its ops couples. */
  private static final class Net {
    final Sketch sketch;
    final Random random;
    final List<Node> nodes = new ArrayList<>();
    final List<Op> ops = new ArrayList<>();
    final Map<String, int[]> parameters = new HashMap<>();
    final Set<Integer> pinned = new HashSet<>();
    int cells;
    final String output;

    Net(long seed) {
      random = new Random(seed);
      sketch = new Sketch(seed);
      Node input = node(sketch.input(-1, INPUTS), fresh(INPUTS), false);
      pinned.addAll(list(input.cells));
      nodes.add(dense(input, 8));
      for (int i = 1; i < NODES; i++) {
        nodes.add(next());
      }
      // Everything is read.
      Node all = concat(nodes);
      Node last = dense(all, 2);
      pinned.addAll(list(last.cells));
      output = last.variable.name();
    }

    int[] fresh(int count) {
      cells += count;
      return IntStream.range(cells - count, cells).toArray();
    }

    static List<Integer> list(int[] cells) {
      return IntStream.of(cells).boxed().toList();
    }

    Node node(SDVariable variable, int[] cells, boolean zero) {
      return new Node(variable, cells, zero);
    }

    void couple(int[] first, int[] second) {
      List<int[]> pairs = new ArrayList<>();
      for (int i = 0; i < first.length; i++) {
        pairs.add(new int[] {first[i], second[i]});
      }
      ops.add(new Op(pairs));
    }

    SDVariable weight(String axis, int[][] cells) {
      String name = "w" + parameters.size() + axis;
      long[] shape = new long[cells.length];
      for (int i = 0; i < cells.length; i++) {
        shape[i] = cells[i].length;
        parameters.put("%s[%d]".formatted(name, i), cells[i]);
      }
      return sketch.weight(name, shape);
    }

    Node dense(Node from, int out) {
      int[] rows = fresh(from.cells.length);
      int[] columns = fresh(out);
      couple(from.cells, rows);
      int[] bias = fresh(out);
      couple(columns, bias);
      SDVariable product;
      if (random.nextBoolean()) {
        product = from.variable.mmul(weight("", new int[][] {rows, columns}));
      } else {
        SDVariable w = weight("t", new int[][] {columns, rows});
        product = sketch.sd.mmul(from.variable, w, false, true, false);
      }
      return node(product.add(weight("b", new int[][] {bias})), columns, true);
    }

    Node concat(List<Node> parts) {
      SDVariable[] variables = parts.stream().map(Node::variable).toArray(SDVariable[]::new);
      int[][] rows = parts.stream().map(Node::cells).toArray(int[][]::new);
      return node(
          sketch.sd.concat(1, variables), Scene.join(rows), parts.stream().allMatch(Node::zero));
    }

    Node next() {
      Node from = nodes.get(random.nextInt(nodes.size()));
      Node other = nodes.get(random.nextInt(nodes.size()));
      SameDiff sd = sketch.sd;
      SDVariable v = from.variable;
      int width = from.cells.length;
      int choice = random.nextInt(12);
      boolean narrow = width < 4 && (choice == 5 || choice == 6);
      switch (narrow ? 11 : choice) {
        case 0:
          return node(sd.nn.tanh(v), from.cells, from.zero);
        case 1:
          return node(sd.nn.sigmoid(v), from.cells, false);
        case 2:
          return width + other.cells.length > 24 ? dense(from, 4) : concat(List.of(from, other));
        case 3:
        case 4:
          if (width != other.cells.length || from == other) {
            return dense(from, random.nextBoolean() ? 4 : 8);
          }
          couple(from.cells, other.cells);
          return random.nextBoolean()
              ? node(v.add(other.variable), from.cells, from.zero && other.zero)
              : node(v.mul(other.variable), from.cells, from.zero || other.zero);
        case 5:
          return part(from, width / 2, width);
        case 6:
          SDVariable[] halves = sd.split(v, 2, 1);
          Node low =
              node(halves[0], IntStream.of(from.cells).limit(width / 2).toArray(), from.zero);
          Node high =
              node(halves[1], IntStream.of(from.cells).skip(width / 2).toArray(), from.zero);
          couple(low.cells, high.cells);
          return node(low.variable.sub(high.variable), low.cells, from.zero);
        case 7:
          return turned(from);
        case 8:
          if (!from.zero) {
            return dense(from, 8);
          }
          int[] gain = fresh(width);
          couple(from.cells, gain);
          SDVariable scale = sd.math.rsqrt(sd.math.square(v).mean(true, 1).add(1e-3));
          return node(v.mul(scale).mul(weight("g", new int[][] {gain})), from.cells, true);
        case 9:
          int[] places = random.ints(4, 0, width).toArray();
          SDVariable picked = sd.gather(v, sd.constant(Nd4j.createFromArray(places)), 1);
          return node(picked, IntStream.of(places).map(i -> from.cells[i]).toArray(), from.zero);
        case 10:
          int[] back = IntStream.range(0, width).map(i -> from.cells[width - 1 - i]).toArray();
          return node(sd.reverse(v, 1), back, from.zero);
        default:
          return dense(from, random.nextBoolean() ? 4 : 8);
      }
    }

    private Node part(Node from, int begin, int end) {
      int[] cells = IntStream.range(begin, end).map(i -> from.cells[i]).toArray();
      SDVariable slice =
          sketch.sd.slice(from.variable, new int[] {0, begin}, new int[] {-1, end - begin});
      return node(slice, cells, from.zero);
    }

    /** [N, 4, 2] transposed to [N, 2, 4] and flattened: the two of a head stay together. */
    private Node turned(Node from) {
      // On new channels: what the reshape couples depends on what is coupled already.
      Node h = dense(from, 8);
      int[] even = IntStream.range(0, 4).map(i -> h.cells[2 * i]).toArray();
      int[] odd = IntStream.range(0, 4).map(i -> h.cells[2 * i + 1]).toArray();
      couple(even, odd);
      SDVariable split = sketch.sd.reshape(h.variable, -1, 4, 2);
      SDVariable flat = sketch.sd.reshape(sketch.sd.permute(split, 0, 2, 1), -1, 8);
      return node(flat, Scene.join(even, odd), true);
    }

    /** All cells that a mask on one of them reaches. */
    Set<Integer> propagate(int start) {
      boolean[] masked = new boolean[cells];
      masked[start] = true;
      boolean changed = true;
      while (changed) {
        changed = false;
        for (Op op : ops) {
          for (int[] pair : op.pairs) {
            if (masked[pair[0]] != masked[pair[1]]) {
              masked[pair[0]] = true;
              masked[pair[1]] = true;
              changed = true;
            }
          }
        }
      }
      Set<Integer> reached = new TreeSet<>();
      IntStream.range(0, cells).filter(i -> masked[i]).forEach(reached::add);
      return reached;
    }
  }

  @Property(tries = 200)
  void classesAreThoseOfPropagatedMasks(@ForAll long seed) {
    Net net = new Net(seed);
    ChannelGroups groups = ChannelGroups.of(net.sketch.sd);
    Map<Integer, Integer> unitOf = new HashMap<>();
    for (Slot slot : groups.walk().slots()) {
      int[] cells = net.parameters.get("%s[%d]".formatted(slot.parameter().name(), slot.axis()));
      for (int i = 0; i < cells.length; i++) {
        unitOf.put(cells[i], groups.unitOf(slot.channels()[i]));
      }
    }
    unitOf.forEach(
        (cell, unit) -> {
          Set<Integer> reached = net.propagate(cell);
          boolean stays = !Collections.disjoint(reached, net.pinned);
          assertEquals(!stays, groups.isRemovable(unit), groups::explain);
          Set<Integer> expected = new TreeSet<>(reached);
          expected.retainAll(unitOf.keySet());
          Set<Integer> actual = new TreeSet<>();
          unitOf.forEach(
              (other, its) -> {
                if (its.equals(unit)) {
                  actual.add(other);
                }
              });
          if (!stays) {
            assertEquals(expected, actual, groups::explain);
          }
        });
  }

  @Property(tries = 200)
  void removalEqualsMasking(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.1, max = 0.9) double fraction) {
    Net net = new Net(seed);
    ChannelGroups groups = ChannelGroups.of(net.sketch.sd);
    List<Integer> units = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      List<Integer> shuffled = new ArrayList<>(group.units());
      Collections.shuffle(shuffled, net.random);
      int gone = (int) Math.min(shuffled.size() - 1, Math.round(fraction * shuffled.size()));
      units.addAll(shuffled.subList(0, gone));
    }
    groups.emptiedBy(new HashSet<>(units)).values().forEach(units::removeAll);
    RemovalPlan plan = RemovalPlan.of(groups, units);
    Surgeon surgeon = new Surgeon(groups);
    Map<String, INDArray> x = Map.of("x", net.sketch.values(3, INPUTS));
    INDArray masked = ((SameDiff) surgeon.mask(plan).unwrap()).outputSingle(x, net.output);
    INDArray cut = ((SameDiff) surgeon.cut(plan).unwrap()).outputSingle(x, net.output);
    assertEquals(0, SameDiffArchitecturesTest.difference(masked, cut), 1e-9, groups::explain);
  }
}

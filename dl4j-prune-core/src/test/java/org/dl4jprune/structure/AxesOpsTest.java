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

import static org.dl4jprune.structure.OpCase.row;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.PartitionMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Reshapes, parts and picks: the units one would draw, and removal equals masking. */
class AxesOpsTest {

  static Stream<OpCase> axes() {
    return Stream.of(
        row("transposed twice", 8, (s, h) -> s.sd.transpose(s.sd.transpose(h)), 8),
        row("axes of size one", 8, (s, h) -> s.sd.squeeze(s.sd.expandDims(h, 1), 1), 8),
        row("reshape to heads", 8, (s, h) -> s.sd.reshape(s.sd.reshape(h, -1, 4, 2), -1, 8), 4),
        row(
            "reshape and permute",
            8,
            (s, h) -> s.sd.reshape(s.sd.permute(s.sd.reshape(h, -1, 4, 2), 0, 2, 1), -1, 8),
            4),
        row(
            "reshape by a constant",
            8,
            (s, h) ->
                s.sd.reshape(
                    s.sd.reshape(h, s.sd.constant(Nd4j.createFromArray(-1L, 2L, 4L))), -1, 8),
            2),
        row("reshape by a computed shape", 8, (s, h) -> s.sd.reshape(h, s.sd.shape(h))),
        new OpCase(
            "a placeholder's axes",
            List.of(5),
            new long[] {2, 3, 4},
            (s, x) ->
                s.sd.reshape(x, -1, 12).mmul(s.weight("w", 12, 5)).mmul(s.weight("out", 5, 3))),
        new OpCase(
            "weights of heads",
            List.of(4, 2),
            new long[] {4, 6},
            (s, x) ->
                x.mmul(s.sd.permute(s.sd.reshape(s.weight("w", 4, 2, 6), 8, 6), 1, 0))
                    .mmul(s.weight("v", 8, 2))
                    .mmul(s.weight("out", 2, 3))),
        row("reverse", 8, (s, h) -> s.sd.reverse(h, 1), 8),
        row("tile", 16, (s, h) -> s.sd.tile(h, 1, 2), 8),
        row("tile of an axis", 8, (s, h) -> s.sd.tile(s.sd.expandDims(h, 1), 1, 3, 1).mean(1), 8),
        row(
            "zeros around examples",
            8,
            (s, h) ->
                s.sd.nn.pad(
                    h, s.sd.constant(Nd4j.createFromArray(new int[][] {{1, 0}, {0, 0}})), 0),
            8),
        row(
            "zeros around channels",
            9,
            (s, h) ->
                s.sd.nn.pad(
                    h, s.sd.constant(Nd4j.createFromArray(new int[][] {{0, 0}, {1, 0}})), 0)));
  }

  static Stream<OpCase> parts() {
    return Stream.of(
        row("concatenation with itself", 16, (s, h) -> s.sd.concat(1, h, s.sd.math.abs(h)), 8),
        row(
            "concatenation with a placeholder",
            14,
            (s, h) -> s.sd.concat(1, h, s.sd.getVariable("x")),
            8),
        row("concatenation of examples", 8, (s, h) -> s.sd.concat(0, h, s.dense("g", h, 8, 8)), 8),
        row(
            "stack and unstack",
            8,
            (s, h) -> {
              SDVariable[] both = s.sd.unstack(s.sd.stack(1, h, s.sd.math.abs(h)), 1, 2);
              return both[0].add(both[1]);
            },
            8),
        row(
            "split",
            4,
            (s, h) -> {
              SDVariable[] both = s.sd.split(h, 2, 1);
              return both[0].mul(both[1]);
            },
            4),
        row(
            "split to a concatenation",
            8,
            (s, h) -> {
              SDVariable[] four = s.sd.split(h, 4, 1);
              return s.sd.concat(1, four[3], four[1], four[2], four[0]);
            },
            2),
        row(
            "split by sizes",
            8,
            (s, h) -> {
              SDVariable[] both = s.sd.splitV(h, s.sd.constant(Nd4j.createFromArray(3, 5)), 2, 1);
              return s.sd.concat(1, both[1], both[0]);
            },
            8),
        row("slice", 3, (s, h) -> s.sd.slice(h, new int[] {0, 2}, new int[] {-1, 3}).add(0), 3, 5),
        row(
            "a slice beside the whole",
            11,
            (s, h) -> s.sd.concat(1, h, s.sd.slice(h, new int[] {0, 2}, new int[] {-1, 3})),
            8),
        row("range", 5, (s, h) -> h.get(SDIndex.all(), SDIndex.interval(2, 7)), 5, 3),
        row("stride", 4, (s, h) -> h.get(SDIndex.all(), SDIndex.interval(1L, 2L, 8L)), 4),
        row(
            "interleaved halves",
            8,
            (s, h) ->
                s.sd.concat(
                    1,
                    h.get(SDIndex.all(), SDIndex.interval(0L, 2L, 8L)),
                    h.get(SDIndex.all(), SDIndex.interval(1L, 2L, 8L))),
            4));
  }

  static Stream<OpCase> picks() {
    return Stream.of(
        row(
            "constant indices",
            4,
            (s, h) -> s.sd.gather(h, s.sd.constant(Nd4j.createFromArray(6, 1, 1, 3)), 1),
            3,
            5),
        row("indices as arguments", 4, (s, h) -> s.sd.gather(h, new int[] {6, 1, 1, 3}, 1), 3, 5),
        new OpCase(
            "embedding by gather",
            List.of(5),
            new long[] {4, 6},
            (s, x) ->
                s.sd
                    .gather(s.weight("table", 9, 5), s.sd.argmax(x, 1), 0)
                    .mmul(s.weight("out", 5, 3))),
        new OpCase(
            "embedding by one-hot",
            List.of(5),
            new long[] {4, 6},
            (s, x) ->
                s.sd
                    .oneHot(s.sd.argmax(x, 1), 6, -1, 1, 0, DataType.DOUBLE)
                    .mmul(s.weight("table", 6, 5))
                    .mmul(s.weight("out", 5, 3))),
        new OpCase(
            "embedding lookup",
            List.of(5),
            new long[] {4, 6},
            (s, x) ->
                s.sd
                    .math
                    .embeddingLookup(
                        s.weight("table", 9, 5),
                        s.sd.constant(Nd4j.createFromArray(4, 1, 0, 2)),
                        PartitionMode.MOD)
                    .mmul(s.weight("out", 5, 3))
                    .add(x.sum(true, 1))));
  }

  @ParameterizedTest
  @MethodSource({"axes", "parts", "picks"})
  void unitsCanGo(OpCase of) {
    of.check();
  }
}

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

import static org.dl4jprune.structure.OpCase.config;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDataFormat;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMDirectionMode;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.config.LSTMLayerConfig;
import org.nd4j.linalg.api.ops.impl.layers.recurrent.weights.LSTMLayerWeights;

/** Attention and recurrent cells: the units one would draw, and removal equals masking. */
class SequenceOpsTest {

  static Stream<OpCase> sequences() {
    return Stream.of(
        new OpCase(
            "attention op", List.of(4, 4), new long[] {2, 6, 5}, (s, x) -> attention(s, x, false)),
        new OpCase(
            "attention op, scaled",
            List.of(4),
            new long[] {2, 6, 5},
            (s, x) -> attention(s, x, true)),
        new OpCase(
            "multi-head attention op",
            List.of(3, 5),
            new long[] {2, 6, 5},
            (s, x) -> {
              SDVariable a =
                  s.sd.nn.multiHeadDotProductAttention(
                      x,
                      x,
                      x,
                      s.weight("q", 3, 2, 6),
                      s.weight("k", 3, 2, 6),
                      s.weight("v", 3, 2, 6),
                      s.weight("o", 6, 5),
                      null,
                      true);
              return a.mean(2).mmul(s.weight("out", 5, 3));
            }),
        new OpCase(
            "products of activations",
            List.of(8, 8),
            new long[] {4, 6},
            (s, x) ->
                s.sd
                    .mmul(s.dense("q", x, 6, 8), s.dense("k", x, 6, 8), false, true, false)
                    .mmul(s.dense("v", x, 6, 8))
                    .mmul(s.weight("out", 8, 3))),
        new OpCase(
            "products of activations that are not zero",
            List.of(),
            new long[] {4, 6},
            (s, x) ->
                s.sd.mmul(
                    s.sd.nn.sigmoid(s.dense("q", x, 6, 8)),
                    s.sd.nn.sigmoid(s.dense("k", x, 6, 8)),
                    false,
                    true,
                    false)),
        new OpCase(
            "queries, keys and values in one",
            List.of(3),
            new long[] {2, 5, 6},
            (s, x) -> {
              SDVariable qkv = s.sd.reshape(s.project("qkv", x, 6, 36), -1, 5, 3, 3, 4);
              SDVariable[] parts = s.sd.unstack(s.sd.permute(qkv, 2, 0, 3, 1, 4), 0, 3);
              return s.project("o", s.attend(parts[0], parts[1], parts[2], null, 12), 12, 3);
            }),
        new OpCase(
            "gru",
            List.of(4),
            new long[] {5, 2, 6},
            (s, x) ->
                s.sd
                    .rnn
                    .gru(
                        x,
                        s.weight("h", 2, 4),
                        s.weight("w", 6, 12),
                        s.weight("r", 4, 12),
                        s.weight("b", 12))
                    .mean(0)
                    .mmul(s.weight("out", 4, 3))));
  }

  static SDVariable attention(Sketch s, SDVariable x, boolean scaled) {
    SDVariable flat = s.sd.reshape(s.sd.permute(x, 0, 2, 1), -1, 6);
    SDVariable[] parts = new SDVariable[3];
    for (int i = 0; i < 3; i++) {
      SDVariable part = s.sd.reshape(flat.mmul(s.weight("w" + i, 6, 4)), -1, 5, 4);
      parts[i] = s.sd.permute(part, 0, 2, 1);
    }
    SDVariable a = s.sd.nn.dotProductAttention(parts[0], parts[1], parts[2], null, scaled);
    return a.mean(2).mmul(s.weight("out", 4, 3));
  }

  @ParameterizedTest
  @MethodSource({"sequences"})
  void unitsCanGo(OpCase of) {
    of.check();
  }

  /** SameDiff 1.0.0-M2.1 cannot copy, save or load a graph with this op, so it cannot be cut. */
  @Test
  void unitsOfAnLstmLayerAreFound() {
    OpCase of =
        new OpCase(
            "lstmLayer",
            List.of(4),
            new long[] {2, 5, 6},
            (s, x) -> {
              LSTMLayerWeights weights =
                  LSTMLayerWeights.builder()
                      .weights(s.weight("w", 6, 16))
                      .rWeights(s.weight("r", 4, 16))
                      .bias(s.weight("b", 16))
                      .build();
              LSTMLayerConfig config =
                  LSTMLayerConfig.builder()
                      .lstmdataformat(LSTMDataFormat.NTS)
                      .directionMode(LSTMDirectionMode.FWD)
                      .retFullSequence(true)
                      .build();
              return s.sd.rnn.lstmLayer(x, weights, config)[0].mean(1).mmul(s.weight("out", 4, 3));
            });
    Sketch sketch = new Sketch(11);
    of.graph().apply(sketch, sketch.input(of.input()));
    of.groupsOf(sketch);
  }

  @Test
  void whatEntersALoopStays() {
    Sketch s = new Sketch(7);
    SDVariable h = s.dense("h", s.input(-1, 6), 6, 8);
    SDVariable[] out =
        s.sd.whileLoop(
            new SDVariable[] {h, s.sd.constant(0)},
            (sd, v) -> v[1].lt(2),
            (sd, v) -> new SDVariable[] {v[0].mul(2), v[1].add(1)});
    s.dense("out", s.sd.nn.relu(s.dense("g", out[0], 8, 5), 0), 5, 3);
    ChannelGroups groups = ChannelGroups.of(s.sd);
    assertEquals(1, groups.groups().size(), groups::explain);
    assertEquals(5, groups.groups().get(0).units().size(), groups::explain);
    assertTrue(groups.explain().contains("enter: it has no rule"), groups::explain);
  }
}

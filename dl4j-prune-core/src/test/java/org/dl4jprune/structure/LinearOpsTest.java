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

import static org.dl4jprune.structure.OpCase.open;
import static org.dl4jprune.structure.OpCase.row;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** Products, arithmetic and reductions: the units one would draw, and removal equals masking. */
class LinearOpsTest {

  static Stream<OpCase> linear() {
    return Stream.of(
        row(
            "matmul, B transposed",
            5,
            (s, h) -> s.sd.mmul(h, s.weight("w", 5, 8), false, true, false),
            5,
            8),
        row(
            "matmul, A transposed",
            5,
            (s, h) -> s.sd.mmul(s.sd.transpose(h), s.weight("w", 8, 5), true, false, false),
            5,
            8),
        row(
            "matmul, the weights first, result transposed",
            5,
            (s, h) -> s.sd.mmul(s.weight("w", 5, 8), h, false, true, true),
            5,
            8),
        row(
            "tensordot",
            5,
            (s, h) -> s.sd.tensorMmul(h, s.weight("w", 8, 5), new int[] {1}, new int[] {0}),
            5,
            8),
        row(
            "xw_plus_b",
            5,
            (s, h) -> s.sd.nn.linear(h, s.weight("w", 8, 5), s.weight("b", 5)),
            5,
            8),
        row(
            "relu_layer",
            5,
            (s, h) -> s.sd.nn.reluLayer(h, s.weight("w", 8, 5), s.weight("b", 5)),
            5,
            8),
        row("biasadd", 8, (s, h) -> s.sd.nn.biasAdd(h, s.weight("b", 8), false), 8),
        row("a constant projection", 5, (s, h) -> h.mmul(s.sd.constant("c", s.values(8, 5))), 5, 8),
        row(
            "tied weights",
            8,
            (s, h) -> {
              SDVariable w = s.weight("w", 8, 5);
              return s.sd.mmul(h.mmul(w), w, false, true, false);
            },
            5,
            8));
  }

  static Stream<OpCase> arithmetic() {
    return Stream.of(
        row("functions", 8, (s, h) -> s.sd.nn.softplus(s.sd.math.square(s.sd.nn.gelu(h))).neg(), 8),
        row("scalars", 8, (s, h) -> h.mul(2).add(1).rsub(3).div(4), 8),
        row("product with a row", 8, (s, h) -> h.mul(s.weight("g", 8)).sub(s.weight("b", 1, 8)), 8),
        row("quotient by a row", 8, (s, h) -> h.div(s.sd.math.exp(s.weight("g", 8))), 8),
        row("a masked divisor stays", 8, (s, h) -> h.div(s.weight("g", 8))),
        row("logarithm of a masked zero", 8, (s, h) -> s.sd.math.log(s.sd.math.abs(h))),
        row("logarithm of no zero", 8, (s, h) -> s.sd.math.log(s.sd.nn.sigmoid(h)), 8),
        row("power", 8, (s, h) -> h.pow(2), 8),
        row("maximum", 8, (s, h) -> s.sd.max(h, s.dense("g", h, 8, 8)), 8),
        row(
            "merges",
            8,
            (s, h) ->
                s.sd.math.mergeAvg(h, s.sd.math.mergeAdd(h, h.neg()), s.sd.math.mergeMax(h, h)),
            8),
        row("select", 8, (s, h) -> s.sd.where(h, h.mul(0.1), h.gt(0)), 8),
        row("a gate from a constant", 8, (s, h) -> h.mul(s.sd.constant("c", s.values(8))), 8),
        row(
            "prelu",
            8,
            (s, h) ->
                s.sd.nn.prelu(s.sd.reshape(h, -1, 8, 1), s.weight("a", 8, 1), 2).reshape(-1, 8),
            8),
        row(
            "clipping and casts",
            8,
            (s, h) ->
                s.sd.math.clipByValue(h, -0.5, 0.5).castTo(DataType.FLOAT).castTo(DataType.DOUBLE),
            8));
  }

  static Stream<OpCase> reductions() {
    return Stream.of(
        open("sum over channels", (s, h) -> h.sum(1), 8),
        open("sum over channels that are not zero", (s, h) -> s.sd.nn.sigmoid(h).sum(1)),
        open("mean over channels, rescaled", (s, h) -> h.mean(true, 1).mul(2), 8),
        open("mean over channels as a result", (s, h) -> h.mean(1)),
        open("norm over channels", (s, h) -> s.sd.norm2(h, 1), 8),
        open("maximum over channels", (s, h) -> h.max(1)),
        open("variance over channels", (s, h) -> s.sd.variance(h, false, 1)),
        open("softmax over channels", (s, h) -> s.sd.nn.softmax(h, 1).mmul(s.weight("out", 8, 3))),
        open("class of the largest", (s, h) -> s.sd.argmax(h, 1)),
        row("statistics over examples", 8, (s, h) -> h.sub(h.mean(true, 0)).add(h.max(true, 0)), 8),
        row("softmax over examples", 8, (s, h) -> s.sd.nn.softmax(h, 0), 8),
        row("running sum over examples", 8, (s, h) -> s.sd.cumsum(h, false, false, 0), 8),
        row("running sum over channels", 8, (s, h) -> s.sd.cumsum(h, false, false, 1)),
        row(
            "RMS normalisation",
            8,
            (s, h) ->
                h.mul(s.sd.math.rsqrt(s.sd.math.square(h).mean(true, 1).add(1e-5)))
                    .mul(s.weight("g", 8)),
            8),
        row(
            "RMS normalisation behind a sigmoid",
            8,
            (s, h) -> {
              SDVariable g = s.sd.nn.sigmoid(h);
              return g.mul(s.sd.math.rsqrt(s.sd.math.square(g).mean(true, 1).add(1e-5)));
            }),
        row(
            "layer normalisation in primitives",
            8,
            (s, h) -> {
              SDVariable centred = h.sub(h.mean(true, 1));
              return centred.mul(
                  s.sd.math.rsqrt(s.sd.math.square(centred).mean(true, 1).add(1e-5)));
            }));
  }

  @ParameterizedTest
  @MethodSource({"linear", "arithmetic", "reductions"})
  void unitsCanGo(OpCase of) {
    of.check();
  }
}

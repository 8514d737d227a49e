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

import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tiny SameDiff networks of well known architectures, with random DOUBLE weights. */
public final class SameDiffToys {
  static final int STEPS = 5;
  static final int CLASSES = 3;

  private SameDiffToys() {}

  /**
   * A network with a batch for it.
   *
   * @param name of the architecture
   * @param graph with placeholders x and y, and a training configuration
   * @param data the batch
   * @param trains whether SameDiff 1.0.0-M2.1 has gradients for all of its ops
   */
  public record Toy(String name, SameDiff graph, DataSet data, boolean trains) {
    /** The logits on the batch. */
    public INDArray output(SameDiff of) {
      return of.outputSingle(Map.of("x", data.getFeatures()), "logits");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** All architectures. */
  public static Stream<Toy> all() {
    return Stream.of(
        perceptron(),
        convolutional(true),
        convolutional(false),
        residual(),
        unet(),
        encoder(false),
        decoder());
  }

  static Toy perceptron() {
    Sketch s = new Sketch(1);
    SDVariable h = s.sd.nn.relu(s.dense("one", s.input(-1, 6), 6, 10), 0);
    SDVariable g = s.sd.nn.sigmoid(s.dense("two", h, 10, 8));
    return s.finish("perceptron", s.dense("out", g, 8, CLASSES), true, 4, 6);
  }

  static Toy convolutional(boolean operation) {
    Sketch s = new Sketch(2);
    SDVariable h = s.conv("one", s.input(-1, 2, 6, 6), 2, 6, 3);
    h = operation ? batchNorm(s, h) : batchNormInPrimitives(s, h);
    h = s.maxPool(s.sd.nn.relu(h, 0));
    h = s.sd.nn.tanh(s.conv("two", h, 6, 5, 3));
    h = s.sd.nn.relu(s.dense("dense", s.sd.reshape(h, -1, 5 * 3 * 3), 45, 7), 0);
    return s.finish(
        operation ? "convolutional, batchnorm op" : "convolutional, batch norm in primitives",
        s.dense("out", h, 7, CLASSES),
        !operation,
        4,
        2,
        6,
        6);
  }

  private static SDVariable batchNorm(Sketch s, SDVariable h) {
    return s.sd.nn.batchNorm(
        h,
        s.weight("mean", 6),
        s.sd.var("variance", s.values(6).muli(0.1).addi(1)),
        s.weight("gamma", 6),
        s.weight("beta", 6),
        1e-5,
        1);
  }

  private static SDVariable batchNormInPrimitives(Sketch s, SDVariable h) {
    SDVariable centred = h.sub(h.mean(true, 0, 2, 3));
    SDVariable variance = s.sd.math.square(centred).mean(true, 0, 2, 3);
    return centred
        .mul(s.sd.math.rsqrt(variance.add(1e-5)))
        .mul(s.weight("gamma", 1, 6, 1, 1))
        .add(s.weight("beta", 1, 6, 1, 1));
  }

  static Toy residual() {
    Sketch s = new Sketch(3);
    SDVariable h = s.conv("stem", s.input(-1, 2, 6, 6), 2, 6, 3);
    for (int block = 1; block <= 2; block++) {
      SDVariable inner = s.sd.nn.relu(s.conv("block" + block + "a", h, 6, 5, 3), 0);
      h = s.sd.nn.relu(h.add(s.conv("block" + block + "b", inner, 5, 6, 3)), 0);
    }
    return s.finish("residual", s.dense("out", h.mean(2, 3), 6, CLASSES), true, 4, 2, 6, 6);
  }

  static Toy unet() {
    Sketch s = new Sketch(4);
    SDVariable down = s.sd.nn.relu(s.conv("down", s.input(-1, 2, 8, 8), 2, 6, 3), 0);
    SDVariable deep = s.sd.nn.relu(s.conv("deep", s.maxPool(down), 6, 8, 3), 0);
    SDVariable up = s.sd.nn.relu(s.conv("up", s.sd.cnn.upsampling2d(deep, 2, 2, true), 8, 6, 1), 0);
    SDVariable both = s.sd.concat(1, down, up);
    SDVariable last = s.sd.nn.relu(s.conv("last", both, 12, 6, 3), 0);
    SDVariable pixels = s.conv("out", last, 6, CLASSES, 1);
    return s.finish("u-net", pixels.mean(2, 3), true, 4, 2, 8, 8);
  }

  static Toy encoder(boolean layerNorm) {
    Sketch s = new Sketch(5);
    SDVariable x = s.project("embedding", s.input(-1, STEPS, 6), 6, 12);
    x = x.add(s.weight("positions", STEPS, 12));
    for (int block = 1; block <= 2; block++) {
      String name = "block" + block;
      SDVariable h = norm(s, name + "_norm1", x, layerNorm);
      SDVariable q = s.heads(s.project(name + "_q", h, 12, 12), 3, 4);
      SDVariable k = s.heads(s.project(name + "_k", h, 12, 12), 3, 4);
      SDVariable v = s.heads(s.project(name + "_v", h, 12, 12), 3, 4);
      x = x.add(s.project(name + "_o", s.attend(q, k, v, null, 12), 12, 12));
      h = norm(s, name + "_norm2", x, layerNorm);
      h = s.sd.nn.gelu(s.project(name + "_up", h, 12, 16).add(s.weight(name + "_bias", 16)));
      x = x.add(s.project(name + "_down", h, 16, 12));
    }
    SDVariable last = s.sd.reshape(norm(s, "norm", x, layerNorm), -1, 12);
    String name = layerNorm ? "encoder with LayerNorm" : "encoder";
    return s.finish(name, last.mmul(s.weight("out", 12, CLASSES)), true, 2, STEPS, 6);
  }

  private static SDVariable norm(Sketch s, String name, SDVariable x, boolean layerNorm) {
    return layerNorm
        ? s.sd.nn.layerNorm(
            x, s.weight(name + "_gain", 12), s.weight(name + "_shift", 12), false, 2)
        : s.rms(name, x, 12);
  }

  static Toy decoder() {
    Sketch s = new Sketch(6);
    SDVariable x = s.project("embedding", s.input(-1, STEPS, 6), 6, 12);
    INDArray future = Nd4j.zeros(DataType.DOUBLE, 1, 1, STEPS, STEPS);
    for (int i = 0; i < STEPS; i++) {
      for (int j = i + 1; j < STEPS; j++) {
        future.putScalar(new int[] {0, 0, i, j}, -1e9);
      }
    }
    SDVariable mask = s.sd.constant("mask", future);
    SDVariable cos = s.sd.constant("cos", rotation(true));
    SDVariable sin = s.sd.constant("sin", rotation(false));
    for (int block = 1; block <= 2; block++) {
      String name = "block" + block;
      SDVariable h = s.rms(name + "_norm1", x, 12);
      SDVariable q = rotate(s, s.heads(s.project(name + "_q", h, 12, 24), 6, 4), cos, sin);
      SDVariable k = rotate(s, s.heads(s.project(name + "_k", h, 12, 12), 3, 4), cos, sin);
      SDVariable v = s.heads(s.project(name + "_v", h, 12, 12), 3, 4);
      SDVariable attended = s.attend(q, shared(s, k), shared(s, v), mask, 24);
      x = x.add(s.project(name + "_o", attended, 24, 12));
      h = s.rms(name + "_norm2", x, 12);
      SDVariable gate = s.sd.nn.swish(s.project(name + "_gate", h, 12, 16));
      x = x.add(s.project(name + "_down", gate.mul(s.project(name + "_up", h, 12, 16)), 16, 12));
    }
    SDVariable last = s.sd.reshape(s.rms("norm", x, 12), -1, 12);
    return s.finish("decoder", last.mmul(s.weight("out", 12, CLASSES)), true, 2, STEPS, 6);
  }

  /** Each key or value head serves two query heads. */
  private static SDVariable shared(Sketch s, SDVariable heads) {
    SDVariable twice = s.sd.tile(s.sd.expandDims(heads, 2), 1, 1, 2, 1, 1);
    return s.sd.reshape(twice, -1, 6, STEPS, 4);
  }

  private static SDVariable rotate(Sketch s, SDVariable x, SDVariable cos, SDVariable sin) {
    SDVariable[] halves = s.sd.split(x, 2, 3);
    SDVariable turned = s.sd.concat(3, halves[1].neg(), halves[0]);
    return x.mul(cos).add(turned.mul(sin));
  }

  private static INDArray rotation(boolean cosine) {
    INDArray table = Nd4j.create(DataType.DOUBLE, 1, 1, STEPS, 4);
    for (int t = 0; t < STEPS; t++) {
      for (int p = 0; p < 4; p++) {
        double angle = t / Math.pow(100, p % 2 / 2.0);
        table.putScalar(new int[] {0, 0, t, p}, cosine ? Math.cos(angle) : Math.sin(angle));
      }
    }
    return table;
  }
}

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
package org.dl4jprune.listeners;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dl4jprune.listeners.Training.Kind;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Masks in the layouts of all layers, and packed into bits. */
class MasksTest {

  static Stream<PrunableModel> models() {
    return Stream.of(
            Kind.NETWORK.make(),
            Kind.GRAPH.make(DataType.DOUBLE),
            Kind.SAME_DIFF.make(),
            Toys.convolutional(),
            Toys.recurrent(),
            Toys.shared())
        .map(PrunableModel::ofAny);
  }

  private static Masks dense(PrunableModel model) {
    return Masks.dense(model, new Layout(Selector.weights().select(model)));
  }

  private static Masks random(PrunableModel model, long seed) {
    Masks masks = dense(model);
    Random random = new Random(seed);
    double[] ones =
        IntStream.range(0, (int) masks.layout().length())
            .mapToDouble(i -> random.nextInt(2))
            .toArray();
    masks.scatter(Nd4j.createFromArray(ones));
    assertArrayEquals(ones, masks.gather().castTo(DataType.DOUBLE).toDoubleVector());
    return masks;
  }

  @ParameterizedTest
  @MethodSource("models")
  void scatteredMasksLieWhereTheirWeightsAre(PrunableModel model) {
    Masks masks = random(model, 3);
    INDArray vector = masks.gather();
    long[] kept = masks.kept();
    List<Parameter> parameters = masks.layout().parameters();
    for (int i = 0; i < kept.length; i++) {
      Parameter p = parameters.get(i);
      assertArrayEquals(p.shape(), masks.of(p).shape());
      assertEquals(kept[i], masks.of(p).sumNumber().longValue());
      // The number of each weight in flat order, put into the model, shows who is masked.
      model.values(p).assign(p.fromFlat(Nd4j.arange(1, p.length() + 1).castTo(model.dataType())));
    }
    masks.applyToValues();
    for (Parameter p : parameters) {
      INDArray flat = p.asMatrix(model.values(p)).dup('c').reshape(p.length());
      INDArray numbers = Nd4j.arange(1, p.length() + 1).castTo(model.dataType());
      assertEquals(
          Training.bits(numbers.mul(masks.layout().flat(vector, p))),
          Training.bits(flat),
          p.name());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsNotPrunedIsLeftAsItIs(PrunableModel model) {
    Masks masks = dense(model);
    masks.scatter(Nd4j.zeros(model.dataType(), masks.layout().length()));
    Map<String, List<Long>> before = new HashMap<>();
    model.parameters().forEach(p -> before.put(p.name(), Training.bits(model.values(p))));
    masks.applyToValues();
    for (Parameter p : model.parameters()) {
      if (masks.layout().parameters().contains(p)) {
        assertEquals(0, model.values(p).amaxNumber().doubleValue(), p.name());
      } else {
        assertEquals(before.get(p.name()), Training.bits(model.values(p)), p.name());
      }
    }
    assertEquals(
        model.parameters().stream().mapToLong(Parameter::length).sum(), masks.modelLength());
  }

  @ParameterizedTest
  @MethodSource("models")
  void packedMasksComeBackBitForBit(PrunableModel model) {
    Masks masks = random(model, 5);
    PackedMasks packed = PackedMasks.of(masks);
    Masks other = dense(model);
    packed.copyTo(other);
    assertEquals(Training.bits(masks.gather()), Training.bits(other.gather()));
    assertEquals(packed, PackedMasks.of(packed.words(), packed.lengths()));
    List<Long> unpacked = new ArrayList<>();
    packed
        .lengths()
        .forEach(
            (name, length) -> {
              for (int i = 0; i < length; i++) {
                boolean set = (packed.words().get(name)[i / 64] >>> (i % 64) & 1) == 1;
                unpacked.add(Double.doubleToRawLongBits(set ? 1 : 0));
              }
            });
    assertEquals(Training.bits(masks.gather()), unpacked);
    assertEquals(masks.gather().sumNumber().longValue(), packed.kept());
  }

  @Test
  void packedMasksFollowTheLawsOfLogic() {
    PrunableModel model = PrunableModel.ofAny(Kind.NETWORK.make());
    PackedMasks a = PackedMasks.of(random(model, 1));
    PackedMasks b = PackedMasks.of(random(model, 2));
    PackedMasks all = PackedMasks.of(dense(model));
    assertNotEquals(a, b);
    assertEquals(a.and(b).not(), a.not().or(b.not()));
    assertEquals(a.xor(b), a.or(b).and(a.and(b).not()));
    assertEquals(all, a.or(a.not()));
    assertEquals(0, all.not().kept());
    assertEquals(a.kept() + b.kept(), a.and(b).kept() + a.or(b).kept());
    assertEquals(a, a.not().not());
    assertEquals(a.hashCode(), a.not().not().hashCode());
    assertEquals(1, a.overlap(a));
    assertEquals(0, a.overlap(a.not()));
    assertEquals(1, all.not().overlap(all.not()));
    assertEquals((double) a.and(b).kept() / a.or(b).kept(), a.overlap(b));
    assertTrue(a.toString().startsWith(a.kept() + " of 470 weights kept"), a.toString());
  }

  @Test
  void packedMasksOfOtherParametersAreRefused() {
    PrunableModel model = PrunableModel.ofAny(Kind.NETWORK.make());
    PackedMasks masks = PackedMasks.of(random(model, 1));
    Masks others = dense(PrunableModel.of(Toys.recurrent()));
    List<Long> before = Training.bits(others.gather());
    assertThrows(IllegalArgumentException.class, () -> masks.copyTo(others));
    assertEquals(before, Training.bits(others.gather()));
    assertThrows(IllegalArgumentException.class, () -> masks.and(PackedMasks.of(others)));
    Map<String, long[]> two = Map.of("w", new long[2]);
    assertThrows(IllegalArgumentException.class, () -> PackedMasks.of(two, Map.of("w", 64L)));
    assertThrows(IllegalArgumentException.class, () -> PackedMasks.of(two, Map.of("v", 65L)));
    Map<String, long[]> past = Map.of("w", new long[] {0, 2});
    assertThrows(IllegalArgumentException.class, () -> PackedMasks.of(past, Map.of("w", 65L)));
    assertEquals(1, PackedMasks.of(past, Map.of("w", 66L)).kept());
  }
}

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
package org.dl4jprune.federated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Between a model and messages. A message is on the host by its nature: all values are read once
 * for each message, which training steps never do.
 */
final class SparseModel {
  private final PrunableModel model;
  private final Layout layout;
  private final List<Parameter> dense;

  SparseModel(PrunableModel model, List<String> pruned) {
    this.model = model;
    List<Parameter> chosen = new ArrayList<>();
    List<Parameter> others = new ArrayList<>();
    model.parameters().forEach(p -> (pruned.contains(p.name()) ? chosen : others).add(p));
    if (chosen.size() != pruned.size()) {
      throw new IllegalArgumentException(
          "The model has no parameters %s; it has %s".formatted(pruned, model.parameters()));
    }
    this.layout = new Layout(chosen);
    this.dense = others;
  }

  PrunableModel model() {
    return model;
  }

  Layout layout() {
    return layout;
  }

  /** All parameters that are not pruned, one after the other; log deviations as variances. */
  float[] dense() {
    long length = dense.stream().mapToLong(Parameter::length).sum();
    float[] values = new float[Math.toIntExact(length)];
    int at = 0;
    for (Parameter parameter : dense) {
      INDArray own = model.values(parameter);
      boolean logarithm = BatchNormStatistics.isLogDeviation(parameter);
      float[] read = read(parameter, logarithm ? BatchNormStatistics.variances(own) : own);
      System.arraycopy(read, 0, values, at, read.length);
      at += read.length;
    }
    return values;
  }

  void setDense(float[] values) {
    int at = 0;
    for (Parameter parameter : dense) {
      int end = at + Math.toIntExact(parameter.length());
      try (INDArray flat = Nd4j.createFromArray(Arrays.copyOfRange(values, at, end))) {
        INDArray own =
            BatchNormStatistics.isLogDeviation(parameter)
                ? BatchNormStatistics.logDeviations(flat)
                : flat;
        parameter.assignFlat(model.values(parameter), own.castTo(model.dataType()));
      }
      at = end;
    }
  }

  /** The kept weights, and the mask with them. */
  SparseValues sparse(PackedMasks mask) {
    float[] kept = new float[Math.toIntExact(mask.kept())];
    byte[][] bits = new byte[layout.parameters().size()][];
    Map<String, long[]> words = mask.words();
    int at = 0;
    for (int i = 0; i < bits.length; i++) {
      Parameter parameter = layout.parameters().get(i);
      float[] all = read(parameter, model.values(parameter));
      long[] own = words.get(parameter.name());
      BitSet set = BitSet.valueOf(own);
      for (int bit = set.nextSetBit(0); bit >= 0; bit = set.nextSetBit(bit + 1)) {
        kept[at++] = all[bit];
      }
      bits[i] = bytes(own, parameter.length());
    }
    return new SparseValues(bits, kept);
  }

  /** Sets all pruned parameters: kept weights, and zero elsewhere. */
  void setSparse(float[] kept, PackedMasks mask) {
    if (kept.length != mask.kept()) {
      throw new IllegalArgumentException(
          "%d weights do not go with a mask that keeps %d".formatted(kept.length, mask.kept()));
    }
    Map<String, long[]> words = mask.words();
    int at = 0;
    for (Parameter parameter : layout.parameters()) {
      float[] all = new float[Math.toIntExact(parameter.length())];
      BitSet set = BitSet.valueOf(words.get(parameter.name()));
      for (int bit = set.nextSetBit(0); bit >= 0; bit = set.nextSetBit(bit + 1)) {
        all[bit] = kept[at++];
      }
      try (INDArray flat = Nd4j.createFromArray(all)) {
        parameter.assignFlat(model.values(parameter), flat.castTo(model.dataType()));
      }
    }
  }

  /** The mask that came with values. */
  PackedMasks mask(byte[][] bits) {
    Map<String, long[]> words = new LinkedHashMap<>();
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (int i = 0; i < bits.length; i++) {
      Parameter parameter = layout.parameters().get(i);
      int length = (bits[i].length + Long.BYTES - 1) / Long.BYTES;
      words.put(parameter.name(), Arrays.copyOf(BitSet.valueOf(bits[i]).toLongArray(), length));
      lengths.put(parameter.name(), parameter.length());
    }
    return PackedMasks.of(words, lengths);
  }

  private static byte[] bytes(long[] words, long length) {
    ByteBuffer buffer = ByteBuffer.allocate(words.length * Long.BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(words);
    return Arrays.copyOf(buffer.array(), Math.toIntExact((length + Byte.SIZE - 1) / Byte.SIZE));
  }

  private static float[] read(Parameter parameter, INDArray values) {
    try (INDArray rows = parameter.asMatrix(values).dup('c')) {
      return HostBytes.floats(rows.reshape('c', new long[] {rows.length()}));
    }
  }
}

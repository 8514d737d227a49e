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
package org.dl4jprune.mask;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Masks on the host at one bit for each weight: to keep many of them, to compare them and to store
 * them. Bit i of a parameter is its i-th weight in flat order, the lowest bit of a word first; bits
 * past the end are zero.
 */
public final class PackedMasks {
  private final Map<String, long[]> words;
  private final Map<String, Long> lengths;

  private PackedMasks(Map<String, long[]> words, Map<String, Long> lengths) {
    this.words = words;
    this.lengths = lengths;
  }

  /**
   * Packs masks. One copy from the device.
   *
   * @param masks the masks; stay as they are
   * @return their bits
   */
  public static PackedMasks of(Masks masks) {
    Map<String, long[]> words = new LinkedHashMap<>();
    Map<String, Long> lengths = new LinkedHashMap<>();
    Layout layout = masks.layout();
    try (INDArray vector = masks.gather()) {
      for (Parameter parameter : layout.parameters()) {
        words.put(parameter.name(), HostBits.pack(layout.flat(vector, parameter)));
        lengths.put(parameter.name(), parameter.length());
      }
    }
    return new PackedMasks(words, lengths);
  }

  /**
   * Packed masks from their bits.
   *
   * @param words the bits of each parameter, as {@link #words()} gives them
   * @param lengths how many weights each parameter has
   * @return the masks
   * @throws IllegalArgumentException if the names differ, there are not exactly the words that a
   *     length needs, or a bit past the end is set
   */
  public static PackedMasks of(Map<String, long[]> words, Map<String, Long> lengths) {
    if (!words.keySet().equals(lengths.keySet())) {
      throw new IllegalArgumentException(
          "Bits are given of %s and lengths of %s".formatted(words.keySet(), lengths.keySet()));
    }
    Map<String, long[]> copies = new LinkedHashMap<>();
    words.forEach(
        (name, bits) -> {
          long length = lengths.get(name);
          if (length < 1 || bits.length != HostBits.words(length) || HostBits.used(bits) > length) {
            throw new IllegalArgumentException(
                "%d words with the highest bit at %d do not hold the %d weights of %s"
                    .formatted(bits.length, HostBits.used(bits), length, name));
          }
          copies.put(name, bits.clone());
        });
    return new PackedMasks(copies, new LinkedHashMap<>(lengths));
  }

  /**
   * Replaces masks by these. One copy to the device.
   *
   * @param masks masks of the same parameters
   * @throws IllegalArgumentException if names or lengths differ; then nothing has changed
   */
  public void copyTo(Masks masks) {
    Layout layout = masks.layout();
    Map<String, Long> others = new LinkedHashMap<>();
    layout.parameters().forEach(p -> others.put(p.name(), p.length()));
    checkSame(others);
    try (INDArray vector = Nd4j.createUninitialized(DataType.FLOAT, layout.length())) {
      for (Parameter parameter : layout.parameters()) {
        HostBits.unpack(words.get(parameter.name()), layout.flat(vector, parameter));
      }
      masks.scatter(vector);
    }
  }

  /**
   * The bits by parameter.
   *
   * @return copies, in the order of the layout
   */
  public Map<String, long[]> words() {
    Map<String, long[]> copies = new LinkedHashMap<>();
    words.forEach((name, bits) -> copies.put(name, bits.clone()));
    return copies;
  }

  /**
   * The number of weights by parameter.
   *
   * @return an immutable map in the order of the layout
   */
  public Map<String, Long> lengths() {
    return Collections.unmodifiableMap(lengths);
  }

  /**
   * How many weights are kept.
   *
   * @return the number of ones
   */
  public long kept() {
    return words.values().stream().flatMapToLong(Arrays::stream).map(Long::bitCount).sum();
  }

  /**
   * What both keep.
   *
   * @param other masks of the same parameters
   * @return new masks
   */
  public PackedMasks and(PackedMasks other) {
    return combine(other, (a, b) -> a & b);
  }

  /**
   * What one of the two keeps.
   *
   * @param other masks of the same parameters
   * @return new masks
   */
  public PackedMasks or(PackedMasks other) {
    return combine(other, (a, b) -> a | b);
  }

  /**
   * Where the two differ.
   *
   * @param other masks of the same parameters
   * @return new masks with a one at each difference
   */
  public PackedMasks xor(PackedMasks other) {
    return combine(other, (a, b) -> a ^ b);
  }

  /**
   * What these do not keep.
   *
   * @return new masks
   */
  public PackedMasks not() {
    Map<String, long[]> inverted = new LinkedHashMap<>();
    lengths.forEach((name, length) -> inverted.put(name, HostBits.ones(length)));
    return combine(new PackedMasks(inverted, lengths), (a, b) -> b & ~a);
  }

  /**
   * How alike two masks are: kept by both over kept by one of them (Jaccard).
   *
   * @param other masks of the same parameters
   * @return in [0, 1]; 1 if neither keeps anything
   */
  public double overlap(PackedMasks other) {
    long either = or(other).kept();
    return either == 0 ? 1 : (double) and(other).kept() / either;
  }

  private PackedMasks combine(PackedMasks other, java.util.function.LongBinaryOperator operator) {
    checkSame(other.lengths);
    Map<String, long[]> result = new LinkedHashMap<>();
    words.forEach(
        (name, mine) -> {
          long[] theirs = other.words.get(name);
          long[] both = new long[mine.length];
          Arrays.setAll(both, i -> operator.applyAsLong(mine[i], theirs[i]));
          result.put(name, both);
        });
    return new PackedMasks(result, lengths);
  }

  private void checkSame(Map<String, Long> others) {
    if (!lengths.equals(others)) {
      throw new IllegalArgumentException(
          "Masks of %s do not go with masks of %s".formatted(lengths, others));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PackedMasks that
        && lengths.equals(that.lengths)
        && words.keySet().stream()
            .allMatch(name -> Arrays.equals(words.get(name), that.words.get(name)));
  }

  @Override
  public int hashCode() {
    return words.values().stream().mapToInt(Arrays::hashCode).sum();
  }

  @Override
  public String toString() {
    return "%d of %d weights kept in %s"
        .formatted(
            kept(), lengths.values().stream().mapToLong(Long::longValue).sum(), words.keySet());
  }
}

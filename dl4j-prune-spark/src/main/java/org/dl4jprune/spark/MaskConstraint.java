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
package org.dl4jprune.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.io.MaskBytes;
import org.dl4jprune.mask.PackedMasks;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The mask of all parameters of one layer, as a constraint: DL4J applies it after each update, so
 * dead weights are exactly zero after every step of whoever trains a network with this
 * configuration. It is written and read with the configuration, in JSON as well as by Java's own
 * serialisation, about n·H(s) bits for n weights of sparsity s (a third more as base64 in JSON).
 *
 * <p>It acts on values only. Momenta of dead weights are not zero where nothing else masks the
 * gradients; {@link ModelMessage#open} does that too. DL4J has no constraints on vertices without a
 * layer, and none on frozen layers, which do not move.
 *
 * @see MaskedConfiguration
 */
public final class MaskConstraint implements LayerConstraint {
  private static final long serialVersionUID = 1;
  private static final String NAME = "parameters";

  @JsonProperty("codes")
  private final byte[] codes;

  private transient volatile INDArray mask;

  /**
   * Called by Jackson.
   *
   * @param codes the mask of the layer's parameter vector, in the format of {@link MaskBytes}
   */
  @JsonCreator
  public MaskConstraint(@JsonProperty("codes") byte[] codes) {
    this.codes = codes.clone();
  }

  /** Packs the mask of a layer's parameter vector: ones and zeros, rank 1. */
  static MaskConstraint of(INDArray mask) {
    PackedMasks packed =
        PackedMasks.of(Map.of(NAME, HostBits.pack(mask)), Map.of(NAME, mask.length()));
    return new MaskConstraint(MaskBytes.write(packed));
  }

  /** How many bytes the mask takes. */
  int bytes() {
    return codes.length;
  }

  /**
   * Writes the mask of the layer's parameter vector.
   *
   * @throws IllegalStateException if this is the mask of another layer, or damaged
   */
  void copyTo(INDArray vector) {
    PackedMasks packed;
    try {
      packed = MaskBytes.read(codes);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The mask in this configuration cannot be read: " + e.getMessage(), e);
    }
    Long length = packed.lengths().get(NAME);
    if (length == null || length != vector.length()) {
      throw new IllegalStateException(
          "A mask of %s weights is in the configuration of a layer with %d; remove it with MaskedConfiguration.removeFrom"
              .formatted(length, vector.length()));
    }
    HostBits.unpack(packed.words().get(NAME), vector);
  }

  /**
   * Sets dead weights to zero: one multiplication.
   *
   * @param layer the layer with this constraint
   * @param iteration not used
   * @param epoch not used
   * @throws IllegalStateException if this is the mask of another layer
   */
  @Override
  public void applyConstraint(Layer layer, int iteration, int epoch) {
    INDArray values = layer.params();
    INDArray flat = values.rank() == 1 ? values : values.reshape(values.length());
    flat.muli(mask(flat));
  }

  private INDArray mask(INDArray values) {
    INDArray current = mask;
    if (current == null || current.dataType() != values.dataType()) {
      // Steps run inside workspaces, and this lives as long as the layer.
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        current = Nd4j.createUninitialized(values.dataType(), values.length());
        copyTo(current);
      }
      mask = current;
    }
    return current;
  }

  /**
   * Not used: the mask names all weights of the layer.
   *
   * @param params ignored
   */
  @Override
  @JsonIgnore
  public void setParams(Set<String> params) {}

  /**
   * Not used: the mask names all weights of the layer.
   *
   * @return an empty set
   */
  @Override
  @JsonIgnore
  public Set<String> getParams() {
    return Set.of();
  }

  @Override
  public LayerConstraint clone() {
    return new MaskConstraint(codes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaskConstraint that && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codes);
  }
}

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

import java.util.Arrays;

/**
 * What is known of a tensor of a SameDiff graph before it is computed: the size of each axis, and
 * the channels that its slices belong to. An axis without channels (batch, time, space) stays
 * whole.
 */
public final class Tensor {
  /** The size of an axis that is only known when the graph runs. */
  public static final long UNKNOWN = -1;

  private final long[] shape;
  private final int[][] channels;
  private final boolean[] zero;

  private Tensor(long[] shape, int[][] channels, boolean[] zero) {
    this.shape = shape;
    this.channels = channels;
    this.zero = zero;
  }

  /**
   * A tensor whose axes all stay whole.
   *
   * @param shape the size of each axis, {@link #UNKNOWN} where it is not known
   * @return the tensor
   */
  public static Tensor of(long... shape) {
    return new Tensor(shape.clone(), new int[shape.length][], new boolean[shape.length]);
  }

  /**
   * A tensor of which not even the rank is known.
   *
   * @return the tensor
   */
  public static Tensor unknown() {
    return new Tensor(null, new int[0][], new boolean[0]);
  }

  /**
   * The same tensor with channels along one axis.
   *
   * @param axis an axis
   * @param ids the channel of each slice; null leaves the axis whole
   * @param zeroWhenMasked whether the slices of a masked channel hold zeros
   * @return a new tensor
   * @throws IllegalArgumentException if the axis is known to have another size
   */
  public Tensor with(int axis, int[] ids, boolean zeroWhenMasked) {
    if (ids == null) {
      return this;
    }
    if (shape[axis] != UNKNOWN && shape[axis] != ids.length) {
      throw new IllegalArgumentException(
          "Axis %d of shape %s does not have %d slices"
              .formatted(axis, Arrays.toString(shape), ids.length));
    }
    Tensor copy = new Tensor(shape.clone(), channels.clone(), zero.clone());
    copy.shape[axis] = ids.length;
    copy.channels[axis] = ids;
    copy.zero[axis] = zeroWhenMasked;
    return copy;
  }

  /**
   * Whether the rank is known.
   *
   * @return false if nothing is
   */
  public boolean isKnown() {
    return shape != null;
  }

  /**
   * The number of axes.
   *
   * @return the rank
   */
  public int rank() {
    return shape.length;
  }

  /**
   * The size of an axis.
   *
   * @param axis an axis
   * @return its size or {@link #UNKNOWN}
   */
  public long size(int axis) {
    return shape[axis];
  }

  /**
   * The sizes of all axes.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The channels along an axis.
   *
   * @param axis an axis
   * @return the channel of each slice, or null if the axis stays whole
   */
  public int[] channels(int axis) {
    return channels[axis];
  }

  /**
   * Whether the slices of a masked channel hold zeros.
   *
   * @param axis an axis
   * @return false too if the axis has no channels
   */
  public boolean zeroWhenMasked(int axis) {
    return zero[axis];
  }

  /**
   * Whether any axis has channels.
   *
   * @return false if the tensor stays whole
   */
  public boolean hasChannels() {
    return Arrays.stream(channels).anyMatch(ids -> ids != null);
  }

  /**
   * The same tensor where masked channels no longer hold zeros.
   *
   * @return a new tensor
   */
  public Tensor notZero() {
    return new Tensor(shape, channels, new boolean[zero.length]);
  }

  /**
   * An axis counted from the front.
   *
   * @param axis an axis, negative if counted from the back
   * @return between 0 and the rank
   */
  public int axis(long axis) {
    return Math.toIntExact(axis < 0 ? axis + rank() : axis);
  }

  /**
   * Places axes anew.
   *
   * @param axes for each axis of the result, the axis of this tensor
   * @return a new tensor
   */
  public Tensor permute(int... axes) {
    Tensor result =
        new Tensor(new long[axes.length], new int[axes.length][], new boolean[axes.length]);
    for (int i = 0; i < axes.length; i++) {
      result.shape[i] = shape[axes[i]];
      result.channels[i] = channels[axes[i]];
      result.zero[i] = zero[axes[i]];
    }
    return result;
  }

  @Override
  public String toString() {
    return isKnown() ? Arrays.toString(shape) : "[?]";
  }
}

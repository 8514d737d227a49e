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

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution3D;

/**
 * Which axis of an activation has the channels, as far as the configuration says so.
 *
 * @param rank the number of axes, the minibatch included; 0 if it is not known
 * @param channelAxis the axis of the channels
 * @param positions the places that one channel has in an example; -1 if their number is not known
 */
public record Layout(int rank, int channelAxis, long positions) {
  /** Nothing is known, as of the model's own inputs. */
  public static final Layout UNKNOWN = new Layout(0, 1, -1);

  /** A row of features for each example. */
  public static final Layout FLAT = new Layout(2, 1, 1);

  /**
   * A sequence.
   *
   * @param format DL4J's name of the order of axes; null is the default, channels first
   * @return the layout
   */
  public static Layout sequence(RNNFormat format) {
    return new Layout(3, format == RNNFormat.NWC ? 2 : 1, -1);
  }

  /**
   * An image.
   *
   * @param format DL4J's name of the order of axes; null is the default, channels first
   * @return the layout
   */
  public static Layout image(CNN2DFormat format) {
    return new Layout(4, format == CNN2DFormat.NHWC ? 3 : 1, -1);
  }

  /**
   * A volume.
   *
   * @param format DL4J's name of the order of axes; null is the default, channels first
   * @return the layout
   */
  public static Layout volume(Convolution3D.DataFormat format) {
    return new Layout(5, format == Convolution3D.DataFormat.NDHWC ? 4 : 1, -1);
  }

  /**
   * Whether anything is known.
   *
   * @return false for the model's own inputs
   */
  public boolean isKnown() {
    return rank > 0;
  }

  /**
   * The same axes with another number of places.
   *
   * @param count the places of a channel, or -1
   * @return the layout
   */
  public Layout withPositions(long count) {
    return new Layout(rank, channelAxis, count);
  }
}

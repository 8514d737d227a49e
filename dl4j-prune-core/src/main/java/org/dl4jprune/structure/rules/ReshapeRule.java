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
package org.dl4jprune.structure.rules;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/**
 * Reshapes of examples that can be followed from the configuration: a row of features becomes a
 * sequence, image or volume with the channels first, as DL4J's own shape inference reads it, or an
 * image of one place with the channels last; what has a known number of places becomes a row. All
 * else stays whole: DL4J's configuration does not say how large an image is.
 */
public final class ReshapeRule implements CouplingRule<ReshapeVertex> {

  @Override
  public Class<ReshapeVertex> type() {
    return ReshapeVertex.class;
  }

  @Override
  public int[] couple(ReshapeVertex vertex, int[][] inputs, Scene scene) {
    Layout layout = scene.layout(0);
    int[] input = inputs[0];
    int[] shape = vertex.getNewShape();
    if (vertex.getReshapeOrder() == 'c' && layout.isKnown() && layout.positions() > 0) {
      long features = input.length * layout.positions();
      if (shape.length == 2 && fits(shape[1], features)) {
        scene.layout(Layout.FLAT);
        return Features.flatten(input, layout.positions(), layout.channelAxis() == 1);
      }
      if (layout.rank() == 2 && shape.length > 2) {
        return unflatten(shape, input, scene);
      }
    }
    scene.pin(input, "the configuration does not say how its input lies in " + text(shape));
    scene.layout(Layout.UNKNOWN);
    scene.rest(Double.NaN);
    return null;
  }

  private static int[] unflatten(int[] shape, int[] input, Scene scene) {
    int channelAxis = channelAxis(shape);
    long positions = 1;
    int open = 0;
    for (int axis = 1; axis < shape.length; axis++) {
      open += shape[axis] < 0 ? 1 : 0;
      positions *= axis == channelAxis ? 1 : Math.abs(shape[axis]);
    }
    if (shape[channelAxis] < 0 && open == 1 && input.length % positions == 0
        || open == 0 && shape[channelAxis] * positions == input.length) {
      scene.layout(layout(shape, channelAxis).withPositions(positions));
      return Features.unflatten(input, positions, true, scene);
    }
    scene.pin(input, "%d features do not fill %s".formatted(input.length, text(shape)));
    return null;
  }

  private static Layout layout(int[] shape, int channelAxis) {
    return shape.length == 4 && channelAxis == 3
        ? Layout.image(CNN2DFormat.NHWC)
        : new Layout(shape.length, channelAxis, -1);
  }

  /** Axis 1, unless it and all other places are one. */
  private static int channelAxis(int[] shape) {
    int last = shape.length - 1;
    return shape.length == 4 && shape[1] == 1 && shape[2] == 1 && shape[last] != 1 ? last : 1;
  }

  private static boolean fits(int size, long features) {
    return size == -1 || size == features;
  }

  private static String text(int[] shape) {
    return Arrays.toString(shape);
  }

  @Override
  public void resize(ReshapeVertex vertex, int[][] inputs, int[] output, CouplingRules rules) {
    int[] shape = vertex.getNewShape().clone();
    int axis = shape.length == 2 ? 1 : channelAxis(shape);
    if (shape[axis] > 0) {
      shape[axis] = output.length;
    }
    vertex.setNewShape(shape);
  }
}

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
package org.dl4jprune.examples.experiments;

import org.dl4jprune.examples.data.FashionMnist;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Pairs for super-resolution by two: the features become the means of 2×2 pixels, [n, 1, 14, 14],
 * and the labels what bicubic interpolation of them lacks of the image, with the four pixels of a
 * square as channels, [n, 4, 14, 14]. A network that predicts it is one with bicubic upsampling
 * beside it and depth-to-space behind it; an L1 loss is the same, as the pixels are only renamed.
 */
final class Downscaled implements DataSetPreProcessor {
  private static final long serialVersionUID = 1L;

  private static final int LARGE = FashionMnist.SIDE;
  private static final int SMALL = LARGE / 2;

  /** Keys' cubic, as image libraries use it. */
  private static final double SHARPNESS = -0.5;

  private static final INDArray BICUBIC = bicubic();

  @Override
  public void preProcess(DataSet images) {
    INDArray squares = squares(images.getFeatures());
    INDArray small = small(squares);
    images.setLabels(squares.sub(upsampled(small)));
    images.setFeatures(small);
  }

  /** The four pixels of each square as channels: [n, 784] to [n, 4, 14, 14]. */
  private static INDArray squares(INDArray images) {
    return images
        .reshape('c', images.size(0), SMALL, 2, SMALL, 2)
        .permute(0, 2, 4, 1, 3)
        .dup('c')
        .reshape('c', images.size(0), 4, SMALL, SMALL);
  }

  private static INDArray small(INDArray squares) {
    return squares.mean(1).reshape('c', squares.size(0), 1, SMALL, SMALL);
  }

  private static INDArray upsampled(INDArray small) {
    long n = small.size(0);
    INDArray wide = small.reshape('c', n * SMALL, SMALL).mmul(BICUBIC);
    INDArray turned = wide.reshape('c', n, SMALL, LARGE).permute(0, 2, 1).dup('c');
    INDArray both = turned.reshape('c', n * LARGE, SMALL).mmul(BICUBIC);
    INDArray images = both.reshape('c', n, LARGE, LARGE).permute(0, 2, 1).dup('c');
    return squares(images.reshape('c', n, FashionMnist.PIXELS));
  }

  /** One row for each small pixel: how much of it goes to each large pixel of a line. */
  private static INDArray bicubic() {
    float[][] weights = new float[SMALL][LARGE];
    for (int large = 0; large < LARGE; large++) {
      double center = (large + 0.5) / 2 - 0.5;
      int first = (int) Math.floor(center) - 1;
      for (int small = first; small < first + 4; small++) {
        int inside = Math.max(0, Math.min(SMALL - 1, small));
        weights[inside][large] += (float) cubic(Math.abs(center - small));
      }
    }
    return Nd4j.createFromArray(weights);
  }

  private static double cubic(double x) {
    return x <= 1
        ? (SHARPNESS + 2) * x * x * x - (SHARPNESS + 3) * x * x + 1
        : SHARPNESS * (x * x * x - 5 * x * x + 8 * x - 4);
  }

  /**
   * The mean over the images of their peak signal-to-noise ratio, in decibels.
   *
   * @param images [n, 784] in [0, 1]
   * @param predicted what a network gave for them, [n, 4, 14, 14]
   */
  static double decibels(INDArray images, INDArray predicted) {
    INDArray squares = squares(images);
    INDArray output = upsampled(small(squares)).addi(predicted);
    INDArray clipped = Transforms.max(Transforms.min(output, 1, true), 0, false);
    INDArray error = clipped.subi(squares);
    INDArray means = error.muli(error).mean(1, 2, 3);
    return Transforms.log(means, true).meanNumber().doubleValue() * -10 / Math.log(10);
  }

  /** The same of bicubic interpolation alone. */
  static double interpolated(INDArray images) {
    return decibels(images, squares(images).like());
  }

  /** The features of images: [n, 784] to [n, 1, 14, 14]. */
  static INDArray input(INDArray images) {
    return small(squares(images));
  }
}

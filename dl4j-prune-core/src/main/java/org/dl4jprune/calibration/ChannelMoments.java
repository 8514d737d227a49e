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
package org.dl4jprune.calibration;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.model.BatchNormStatistics;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean and variance of each channel at the input of each batch normalisation, as plain numbers that
 * can be sent and averaged. Card {@code fedtiny}, step A; arXiv 2212.01977.
 *
 * @param layers by the number of the layer or the name of the vertex
 */
public record ChannelMoments(Map<String, Layer> layers) implements Serializable {

  /**
   * The moments of one layer.
   *
   * @param mean of each channel
   * @param variance of each channel, with the number of values as the divisor
   */
  public record Layer(float[] mean, float[] variance) implements Serializable {}

  /**
   * Copies its argument.
   *
   * @param layers by the number of the layer or the name of the vertex
   */
  public ChannelMoments {
    layers = new LinkedHashMap<>(layers);
  }

  /**
   * Moments of data in a model. Upstream normalisations use the statistics of each batch.
   *
   * @param model stays as it is
   * @param batches data
   * @return empty if the model has no batch normalisation
   * @throws IllegalArgumentException if it has one and there is no batch
   */
  public static ChannelMoments of(PrunableModel model, Iterable<? extends MultiDataSet> batches) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    BatchNormStatistics.moments(model, batches)
        .forEach((name, of) -> layers.put(name, new Layer(read(of.mean()), read(of.variance()))));
    return new ChannelMoments(layers);
  }

  private static float[] read(INDArray channels) {
    try (channels) {
      return HostBytes.floats(channels.reshape('c', new long[] {channels.length()}));
    }
  }

  /**
   * Makes these the running statistics of a model.
   *
   * @param model the model that they were taken from, or one like it
   */
  public void setOn(PrunableModel model) {
    Map<String, BatchNormStatistics.Moments> moments = new LinkedHashMap<>();
    layers.forEach(
        (name, of) ->
            moments.put(
                name,
                new BatchNormStatistics.Moments(
                    Nd4j.createFromArray(of.mean), Nd4j.createFromArray(of.variance))));
    BatchNormStatistics.set(model, moments);
  }

  /**
   * How many numbers these are.
   *
   * @return two for each channel
   */
  public long numbers() {
    return layers.values().stream().mapToLong(of -> 2L * of.mean.length).sum();
  }

  /**
   * Whether all numbers are.
   *
   * @return false if there is NaN or infinity
   */
  public boolean isFinite() {
    return layers.values().stream().allMatch(of -> finite(of.mean) && finite(of.variance));
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The average over several sets of data, weighted by their sizes.
   *
   * @param parts of the same model, at least one
   * @param examples how many examples each was taken from
   * @param pooled whether the variance of the means is added, Σ w(μ − μ̄)², which makes the result
   *     the exact variance of the union; without it parts of fewer than two examples have no weight
   *     in the variance
   * @return new moments
   * @throws IllegalArgumentException if no part has an example, or, without pooling, two of them
   */
  public static ChannelMoments average(
      List<ChannelMoments> parts, long[] examples, boolean pooled) {
    long[] forVariance = LongStream.of(examples).map(n -> pooled || n >= 2 ? n : 0).toArray();
    if (LongStream.of(forVariance).sum() == 0) {
      throw new IllegalArgumentException(
          "Moments of %s examples have no variance; give at least one part with two examples"
              .formatted(LongStream.of(examples).boxed().toList()));
    }
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (String name : parts.get(0).layers.keySet()) {
      List<Layer> of = parts.stream().map(part -> part.layers.get(name)).toList();
      double[] mean = average(of.stream().map(Layer::mean).toList(), examples);
      double[] variance = average(of.stream().map(Layer::variance).toList(), forVariance);
      if (pooled) {
        addSpread(variance, of, mean, examples);
      }
      layers.put(name, new Layer(floats(mean), floats(variance)));
    }
    return new ChannelMoments(layers);
  }

  private static double[] average(List<float[]> parts, long[] examples) {
    double all = LongStream.of(examples).sum();
    double[] sum = new double[parts.get(0).length];
    for (int part = 0; part < examples.length; part++) {
      for (int channel = 0; channel < sum.length; channel++) {
        sum[channel] += examples[part] / all * parts.get(part)[channel];
      }
    }
    return sum;
  }

  private static void addSpread(
      double[] variance, List<Layer> parts, double[] mean, long[] examples) {
    double all = LongStream.of(examples).sum();
    for (int part = 0; part < examples.length; part++) {
      for (int channel = 0; channel < mean.length; channel++) {
        double distance = parts.get(part).mean[channel] - mean[channel];
        variance[channel] += examples[part] / all * distance * distance;
      }
    }
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}

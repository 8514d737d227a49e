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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long each layer of a model takes on this machine at a grid of widths: a small benchmark for
 * each kind and size of layer. Between the grid's points the time is interpolated linearly; below
 * the first point it is that of the first.
 *
 * <p>Dense, convolutional, recurrent and embedding layers and batch normalisations are measured
 * alone, one after the other. Pooling, activations of their own, vertices and layers that are
 * written in SameDiff are left out, and so is what layers cost each other in caches; the sum of the
 * layers is an estimate, good for comparing widths.
 *
 * @param points how many widths of each axis were measured
 * @param curves the measurements
 */
public record LatencyTable(int points, List<Curve> curves) {
  private static final Logger LOG = LoggerFactory.getLogger(LatencyTable.class);
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The times of one layer.
   *
   * @param shape the layer at its full widths
   * @param inputs the measured numbers of input channels, ascending; only the full one where they
   *     follow the outputs
   * @param outputs the measured numbers of output channels, ascending
   * @param nanoseconds one list for each number of inputs, one time for each number of outputs
   */
  public record Curve(
      LayerShape shape, List<Long> inputs, List<Long> outputs, List<List<Long>> nanoseconds) {

    double at(long inputChannels, long outputChannels) {
      double[] rows =
          nanoseconds.stream().mapToDouble(row -> between(outputs, row, outputChannels)).toArray();
      return between(inputs, java.util.Arrays.stream(rows).boxed().toList(), inputChannels);
    }

    private static double between(List<Long> widths, List<? extends Number> times, long width) {
      int above = 0;
      while (above < widths.size() - 1 && widths.get(above) < width) {
        above++;
      }
      double time = times.get(above).doubleValue();
      if (above == 0 || widths.get(above) <= width) {
        return time;
      }
      double below = times.get(above - 1).doubleValue();
      double share =
          (double) (width - widths.get(above - 1)) / (widths.get(above) - widths.get(above - 1));
      return below + share * (time - below);
    }
  }

  /**
   * Copies its arguments.
   *
   * @param points how many widths of each axis were measured
   * @param curves the measurements
   */
  public LatencyTable {
    curves = List.copyOf(curves);
  }

  /**
   * Measures the layers of a model with 8 widths of each axis.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param example one batch of the size that matters; the shapes of its features are used
   * @return the table
   * @throws IllegalArgumentException if the model is of another class
   */
  public static LatencyTable measure(Object model, MultiDataSet example) {
    return measure(model, example, MedianTimer.standard(), 8);
  }

  /**
   * Measures the layers of a model.
   *
   * @param model a {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param example one batch of the size that matters; the shapes of its features are used
   * @param timer what measures
   * @param points how many widths of each axis, at least 1
   * @return the table
   * @throws IllegalArgumentException if the model is of another class, or there is no point
   */
  public static LatencyTable measure(
      Object model, MultiDataSet example, LayerTimer timer, int points) {
    if (points < 1) {
      throw new IllegalArgumentException("At least 1 width is measured, not " + points);
    }
    Map<LayerShape, TimedLayer> layers = new LinkedHashMap<>();
    TimedLayer.of(PrunableModel.ofAny(model), example)
        .forEach(layer -> layers.putIfAbsent(layer.shape(), layer));
    List<Curve> curves = new ArrayList<>();
    layers.forEach(
        (shape, layer) -> {
          curves.add(measure(layer, shape, timer, points));
          LOG.info("Measured {} of {} layers: {}", curves.size(), layers.size(), shape);
        });
    return new LatencyTable(points, curves);
  }

  private static Curve measure(TimedLayer layer, LayerShape shape, LayerTimer timer, int points) {
    long[] outputs = TimedLayer.grid(shape.outputs(), points);
    long[] inputs =
        layer.followsOutputs()
            ? new long[] {shape.inputs()}
            : TimedLayer.grid(shape.inputs(), points);
    List<List<Long>> times = new ArrayList<>();
    for (long entering : inputs) {
      List<Long> row = new ArrayList<>();
      for (long leaving : outputs) {
        LayerShape here =
            shape.withWidths(
                layer.followsOutputs()
                    ? Math.max(1, shape.inputs() * leaving / shape.outputs())
                    : entering,
                leaving);
        row.add(timer.nanoseconds(here, layer.forwardPass(here)));
      }
      times.add(row);
    }
    return new Curve(shape, boxed(inputs), boxed(outputs), times);
  }

  private static List<Long> boxed(long[] numbers) {
    return java.util.Arrays.stream(numbers).boxed().toList();
  }

  /** The time of a layer that is as wide as one in the table, or narrower. */
  double nanoseconds(LayerShape shape) {
    return curves.stream()
        .filter(curve -> shape.isCoveredBy(curve.shape()))
        .min(Comparator.comparingLong(c -> c.shape().inputs() * c.shape().outputs()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The latency table has no layer %s; measure it with LatencyTable.measure on this model and example"
                        .formatted(shape)))
        .at(shape.inputs(), shape.outputs());
  }

  /**
   * The table as text.
   *
   * @return JSON
   */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers and names can always be written", e);
    }
  }

  /**
   * Reads a table.
   *
   * @param json what {@link #toJson} wrote
   * @return the table
   * @throws IllegalArgumentException if it is no table
   */
  public static LatencyTable fromJson(String json) {
    try {
      return MAPPER.readValue(json, LatencyTable.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This is no latency table: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Writes the table beside the file, then moves it there.
   *
   * @param file where to
   * @throws IOException if it cannot be written; an existing file is left alone then
   */
  public void save(Path file) throws IOException {
    AtomicFile.text(file, toJson());
  }

  /**
   * Reads a table.
   *
   * @param file what {@link #save} wrote
   * @return the table
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it holds no table
   */
  public static LatencyTable load(Path file) throws IOException {
    return fromJson(Files.readString(file));
  }
}

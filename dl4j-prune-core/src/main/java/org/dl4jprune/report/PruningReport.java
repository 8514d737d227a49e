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
package org.dl4jprune.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Parameter;

/**
 * Asked and reached sparsity, per layer and in total.
 *
 * @param method what pruned
 * @param askedSparsity the sparsity that was asked for, over all pruned weights
 * @param parameters the number of all parameters of the model, biases and statistics included
 * @param layers one line for each pruned parameter
 * @param trace the updates of the masks in order of time
 */
public record PruningReport(
    String method, double askedSparsity, long parameters, List<Layer> layers, List<Update> trace) {

  /**
   * One pruned parameter.
   *
   * @param name the parameter
   * @param layerType the kind of its layer
   * @param weights how many weights it has
   * @param zeros how many of them are dead
   * @param askedSparsity what the allocation gave it, or null where it is ranked together with
   *     other layers
   */
  public record Layer(
      String name, String layerType, long weights, long zeros, Double askedSparsity) {

    static Layer of(Parameter parameter, long kept, Double askedSparsity) {
      return new Layer(
          parameter.name(),
          parameter.layerType(),
          parameter.length(),
          parameter.length() - kept,
          askedSparsity);
    }

    /**
     * The fraction of zeros.
     *
     * @return in [0, 1]
     */
    public double sparsity() {
      return (double) zeros / weights;
    }
  }

  /**
   * One change of the masks.
   *
   * @param time the iteration or epoch, counted from 1; 0 is before the first step
   * @param askedSparsity the schedule's sparsity at that time
   * @param zeros how many pruned weights are dead after it
   * @param regrown how many weights came back in it
   */
  public record Update(long time, double askedSparsity, long zeros, long regrown) {}

  /**
   * Copies its arguments.
   *
   * @param method what pruned
   * @param askedSparsity the sparsity that was asked for
   * @param parameters the number of all parameters
   * @param layers one line for each pruned parameter
   * @param trace the updates of the masks
   */
  public PruningReport {
    layers = List.copyOf(layers);
    trace = List.copyOf(trace);
  }

  /**
   * A report on masks.
   *
   * @param method what pruned
   * @param askedSparsity the sparsity that was asked for
   * @param masks the masks
   * @param asked the sparsity of each parameter that was given one of its own
   * @param trace the updates of the masks
   * @return the state as it is now
   */
  public static PruningReport of(
      String method,
      double askedSparsity,
      Masks masks,
      Map<Parameter, Double> asked,
      List<Update> trace) {
    long[] kept = masks.kept();
    List<Parameter> pruned = masks.layout().parameters();
    List<Layer> layers =
        IntStream.range(0, kept.length)
            .mapToObj(i -> Layer.of(pruned.get(i), kept[i], asked.get(pruned.get(i))))
            .toList();
    return new PruningReport(method, askedSparsity, masks.modelLength(), layers, trace);
  }

  /**
   * The number of weights that may be pruned.
   *
   * @return the sum over the layers
   */
  public long weights() {
    return layers.stream().mapToLong(Layer::weights).sum();
  }

  /**
   * The number of dead weights.
   *
   * @return the sum over the layers
   */
  public long zeros() {
    return layers.stream().mapToLong(Layer::zeros).sum();
  }

  /**
   * The reached sparsity over all weights that may be pruned.
   *
   * @return in [0, 1]
   */
  public double reachedSparsity() {
    return (double) zeros() / weights();
  }

  /**
   * The report as a table for people.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: asked %.4f, reached %.4f (%,d of %,d weights are zero; %,d parameters in all)"
            .formatted(method, askedSparsity, reachedSparsity(), zeros(), weights(), parameters));
    String row = "%-20s %-22s %12s %12s %9s %9s";
    lines.add(row.formatted("parameter", "layer", "weights", "zeros", "asked", "reached"));
    for (Layer layer : layers) {
      lines.add(
          row.formatted(
              layer.name(),
              layer.layerType(),
              "%,d".formatted(layer.weights()),
              "%,d".formatted(layer.zeros()),
              layer.askedSparsity() == null ? "global" : "%.4f".formatted(layer.askedSparsity()),
              "%.4f".formatted(layer.sparsity())));
    }
    if (!trace.isEmpty()) {
      Update last = trace.get(trace.size() - 1);
      lines.add(
          "%d updates of the masks, at times %d to %d; the last asked for %.4f; %,d weights came back"
              .formatted(
                  trace.size(),
                  trace.get(0).time(),
                  last.time(),
                  last.askedSparsity(),
                  trace.stream().mapToLong(Update::regrown).sum()));
      if (last.askedSparsity() < askedSparsity) {
        lines.add("the schedule has not ended yet; train on, or give it an earlier end");
      }
    }
    for (Layer layer : layers) {
      if (layer.zeros() == layer.weights()) {
        lines.add(
            "layer collapse: %s has no weight left; give the allocation a floor"
                .formatted(layer.name()));
      }
    }
    return String.join(System.lineSeparator(), lines);
  }

  /**
   * The report for programs.
   *
   * @return a JSON object with this record's components, {@code weights}, {@code zeros} and {@code
   *     reachedSparsity}
   */
  public String toJson() {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(
              new Json(
                  method,
                  askedSparsity,
                  reachedSparsity(),
                  parameters,
                  weights(),
                  zeros(),
                  layers,
                  trace));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report of numbers and names can always be written", e);
    }
  }

  private record Json(
      String method,
      double askedSparsity,
      double reachedSparsity,
      long parameters,
      long weights,
      long zeros,
      List<Layer> layers,
      List<Update> trace) {}

  @Override
  public String toString() {
    return toText();
  }
}

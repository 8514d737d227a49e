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
package org.dl4jprune.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Running statistics of batch normalisations, taken anew from data: those of a network that was
 * averaged, cut or rewound belong to another network. Card {@code sparse-model-soups}; Zimmer et
 * al., ICLR 2024, <a href="https://arxiv.org/abs/2306.16788">arXiv 2306.16788</a>, section 3.
 *
 * <p>Every batch passes once in training mode, each layer normalised by the batch's own moments.
 * The statistics become the exact pooled moments of all batches, computed in DOUBLE: mean = Σ n·μ/Σ
 * n and variance = Σ n·(σ² + μ²)/Σ n − mean², with the biased σ². Parameters, updater state and
 * counters stay; the global random numbers are put back to where they were.
 */
public final class BatchNormStatistics {
  private static final double LEAST_VARIANCE = 1e-12;
  private static final double HALF_PER_LN10 = 0.5 / Math.log(10);

  private final PrunableModel model;
  private final Map<String, Sums> sums = new LinkedHashMap<>();

  /** Σ n, Σ n·μ and Σ n·(σ² + μ²) of one layer. */
  private static final class Sums {
    private double count;
    private INDArray first;
    private INDArray second;

    void add(double n, INDArray mean, INDArray square) {
      count += n;
      first = first == null ? mean.mul(n) : first.addi(mean.mul(n));
      second = second == null ? square.mul(n) : second.addi(square.mul(n));
    }

    Moments moments() {
      INDArray mean = first.div(count);
      return new Moments(mean, second.div(count).subi(mean.mul(mean)));
    }
  }

  private BatchNormStatistics(PrunableModel model) {
    this.model = model;
  }

  /**
   * What the inputs of one batch normalisation are like, over examples and positions.
   *
   * @param mean rank 1, one value for each channel
   * @param variance rank 1, with the number of values as the divisor
   */
  public record Moments(INDArray mean, INDArray variance) {}

  /**
   * Recomputes the statistics of all batch normalisations of a DL4J network. Networks without any,
   * and SameDiff graphs, whose batch normalisation keeps no running statistics of its own, stay as
   * they are.
   *
   * @param model the model, changed in place
   * @param batches training data without augmentation
   * @return how many layers were set
   * @throws IllegalArgumentException if there is a layer to set and no batch
   */
  public static int recompute(PrunableModel model, Iterable<? extends MultiDataSet> batches) {
    Map<String, Moments> found = moments(model, batches);
    set(model, found);
    return found.size();
  }

  /**
   * Whether a model has batch normalisations with running statistics.
   *
   * @param model the model
   * @return false for a SameDiff graph
   */
  public static boolean has(PrunableModel model) {
    return !(model.unwrap() instanceof SameDiff)
        && model.parameters().stream().anyMatch(p -> p.role() == Role.NORM_STATISTIC);
  }

  /**
   * Takes the moments and leaves the model as it is.
   *
   * @param model the model
   * @param batches data
   * @return DOUBLE, by the number of the layer or the name of the vertex; empty for a model that
   *     {@link #has} none
   * @throws IllegalArgumentException if there is a layer and no batch
   */
  public static Map<String, Moments> moments(
      PrunableModel model, Iterable<? extends MultiDataSet> batches) {
    if (!has(model)) {
      return Map.of();
    }
    BatchNormStatistics statistics = new BatchNormStatistics(model);
    Random random = Nd4j.getRandom();
    long root = random.rootState();
    long node = random.nodeState();
    try {
      batches.forEach(statistics::observe);
    } finally {
      random.setStates(root, node);
    }
    if (statistics.sums.isEmpty()) {
      throw new IllegalArgumentException(
          "The statistics of a batch normalisation come from data, and there is no batch");
    }
    Map<String, Moments> moments = new LinkedHashMap<>();
    statistics.sums.forEach((layer, of) -> moments.put(layer, of.moments()));
    return moments;
  }

  /**
   * Replaces running statistics. Variances below 1e-12 become 1e-12.
   *
   * @param model the model, changed in place
   * @param moments as {@link #moments} gives them, of any floating-point type
   */
  public static void set(PrunableModel model, Map<String, Moments> moments) {
    BatchNormStatistics statistics = new BatchNormStatistics(model);
    moments.forEach(statistics::set);
  }

  /**
   * Whether a running statistic is the logarithm to base 10 of standard deviations, as DL4J keeps
   * them by default. Averages are taken of variances, not of these.
   *
   * @param statistic a parameter
   * @return false for means and variances, and for everything else
   */
  public static boolean isLogDeviation(Parameter statistic) {
    return statistic.role() == Role.NORM_STATISTIC
        && statistic.name().endsWith("_" + BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
  }

  /**
   * Variances of logarithms.
   *
   * @param logDeviations log10 σ
   * @return σ², a new DOUBLE array
   */
  public static INDArray variances(INDArray logDeviations) {
    return Transforms.exp(logDeviations.castTo(DataType.DOUBLE).div(HALF_PER_LN10), false);
  }

  /**
   * Logarithms of variances; variances below 1e-12 count as 1e-12.
   *
   * @param variances σ²
   * @return log10 σ, a new DOUBLE array
   */
  public static INDArray logDeviations(INDArray variances) {
    INDArray floored = Transforms.max(variances.castTo(DataType.DOUBLE), LEAST_VARIANCE, true);
    return Transforms.log(floored, false).muli(HALF_PER_LN10);
  }

  /**
   * The logarithm that belongs to the mean of variances. Of equal ones it is that logarithm, bit
   * for bit.
   *
   * @param logDeviations log10 σ of each model, of one shape; at least one
   * @return log10 of √(mean of σ²), a new DOUBLE array
   */
  public static INDArray meanLogDeviations(List<INDArray> logDeviations) {
    INDArray largest = logDeviations.get(0).castTo(DataType.DOUBLE).dup();
    for (INDArray other : logDeviations) {
      Transforms.max(largest, other.castTo(DataType.DOUBLE), false);
    }
    INDArray sum = largest.mul(0);
    for (INDArray other : logDeviations) {
      // Relative to the largest, so that equal ones are exactly one.
      sum.addi(variances(other.castTo(DataType.DOUBLE).sub(largest)));
    }
    INDArray relative = Transforms.log(sum.divi(logDeviations.size()), false);
    return largest.addi(relative.muli(HALF_PER_LN10));
  }

  private void observe(MultiDataSet batch) {
    if (model.unwrap() instanceof MultiLayerNetwork network) {
      List<INDArray> activations = network.feedForward(batch.getFeatures(0), true);
      for (int i = 0; i < network.getnLayers(); i++) {
        add(
            String.valueOf(i),
            network.getLayerWiseConfigurations().getConf(i).getLayer(),
            network.getLayerWiseConfigurations().getInputPreProcess(i),
            activations.get(i));
      }
      network.clear();
    } else {
      ComputationGraph graph = (ComputationGraph) model.unwrap();
      Map<String, INDArray> activations = graph.feedForward(batch.getFeatures(), true);
      List<String> inputs = graph.getConfiguration().getNetworkInputs();
      IntStream.range(0, inputs.size())
          .forEach(i -> activations.put(inputs.get(i), batch.getFeatures(i)));
      graph
          .getConfiguration()
          .getVertices()
          .forEach(
              (name, vertex) -> {
                if (vertex instanceof LayerVertex layer) {
                  String from = graph.getConfiguration().getVertexInputs().get(name).get(0);
                  add(
                      name,
                      layer.getLayerConf().getLayer(),
                      layer.getPreProcessor(),
                      activations.get(from));
                }
              });
      graph.clear();
    }
  }

  private void add(String key, Layer configured, InputPreProcessor before, INDArray activation) {
    if (!(Dl4jParameters.unwrap(configured) instanceof BatchNormalization layer)) {
      return;
    }
    INDArray input = activation;
    if (before != null) {
      int examples = Math.toIntExact(activation.size(0));
      input = before.preProcess(activation, examples, LayerWorkspaceMgr.noWorkspaces());
    }
    boolean channelsLast = layer.getCnn2DFormat() == CNN2DFormat.NHWC && input.rank() == 4;
    int channelAxis = channelsLast ? input.rank() - 1 : 1;
    int[] others = IntStream.range(0, input.rank()).filter(a -> a != channelAxis).toArray();
    try (INDArray values = input.castTo(DataType.DOUBLE).dup()) {
      INDArray mean = values.mean(others);
      // Moments around zero, as the card pools them; DOUBLE keeps the difference.
      INDArray square = values.muli(values).mean(others);
      sums.computeIfAbsent(key, k -> new Sums())
          .add((double) values.length() / values.size(channelAxis), mean, square);
    }
  }

  private void set(String layerKey, Moments of) {
    INDArray floored = Transforms.max(of.variance().castTo(DataType.DOUBLE), LEAST_VARIANCE, true);
    List<Parameter> set = new ArrayList<>();
    for (Parameter p : model.parameters()) {
      int separator = p.name().lastIndexOf('_');
      if (!p.name().substring(0, separator).equals(layerKey) || p.role() != Role.NORM_STATISTIC) {
        continue;
      }
      INDArray value =
          switch (p.name().substring(separator + 1)) {
            case BatchNormalizationParamInitializer.GLOBAL_MEAN -> of.mean();
            case BatchNormalizationParamInitializer.GLOBAL_VAR -> floored;
            default -> logDeviations(floored);
          };
      model.values(p).assign(value.castTo(model.dataType()).reshape(p.shape()));
      set.add(p);
    }
    if (set.size() != 2) {
      throw new IllegalStateException(
          "Layer %s has the statistics %s where a mean and a variance were expected"
              .formatted(layerKey, set));
    }
  }
}

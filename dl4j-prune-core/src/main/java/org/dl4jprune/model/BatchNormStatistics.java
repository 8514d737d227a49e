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
  }

  private BatchNormStatistics(PrunableModel model) {
    this.model = model;
  }

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
    if (model.unwrap() instanceof SameDiff
        || model.parameters().stream().noneMatch(p -> p.role() == Role.NORM_STATISTIC)) {
      return 0;
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
    statistics.sums.forEach(statistics::set);
    return statistics.sums.size();
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

  private void set(String layerKey, Sums of) {
    INDArray mean = of.first.div(of.count);
    INDArray variance = of.second.div(of.count).subi(mean.mul(mean));
    INDArray floored = Transforms.max(variance, LEAST_VARIANCE, true);
    List<Parameter> set = new ArrayList<>();
    for (Parameter p : model.parameters()) {
      int separator = p.name().lastIndexOf('_');
      if (!p.name().substring(0, separator).equals(layerKey) || p.role() != Role.NORM_STATISTIC) {
        continue;
      }
      INDArray value =
          switch (p.name().substring(separator + 1)) {
            case BatchNormalizationParamInitializer.GLOBAL_MEAN -> mean;
            case BatchNormalizationParamInitializer.GLOBAL_VAR -> floored;
            default -> Transforms.log(floored, true).muli(HALF_PER_LN10);
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

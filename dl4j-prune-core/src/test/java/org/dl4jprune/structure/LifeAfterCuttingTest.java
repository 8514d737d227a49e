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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A smaller model is a model like any other. */
class LifeAfterCuttingTest {

  private static MultiLayerNetwork cut() {
    Nd4j.getRandom().setSeed(1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .activation(Activation.RELU)
                .updater(new Adam(1e-2))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                .layer(new BatchNormalization())
                .layer(new DenseLayer.Builder().nOut(10).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(6, 6, 1))
                .build());
    network.init();
    ChannelGroups groups = ChannelGroups.of(network);
    return (MultiLayerNetwork) new Surgeon(groups).cut(Cutting.plan(groups, 0.5)).unwrap();
  }

  private static DataSet data(int classes) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 12, classes);
    for (int i = 0; i < 12; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return new DataSet(Nd4j.rand(DataType.FLOAT, 12, 1, 6, 6), labels);
  }

  @Test
  void transferLearning() {
    MultiLayerNetwork cut = cut();
    MultiLayerNetwork transferred =
        new TransferLearning.Builder(cut)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).build())
            .setFeatureExtractor(1)
            .nOutReplace(3, 4, org.deeplearning4j.nn.weights.WeightInit.XAVIER)
            .build();
    assertEquals(4, transferred.layerSize(3));
    INDArray frozen = transferred.getParam("0_W").dup();
    assertEquals(0, Cutting.distance(cut.getParam("0_W"), frozen));
    INDArray before = transferred.getParam("2_W").dup();
    transferred.fit(data(4));
    assertEquals(0, Cutting.distance(transferred.getParam("0_W"), frozen));
    assertTrue(Cutting.distance(transferred.getParam("2_W"), before) > 0);
    // And what was frozen can be cut again.
    ChannelGroups groups = ChannelGroups.of(transferred);
    assertEquals(List.of(4, 5), groups.groups().stream().map(g -> g.units().size()).toList());
    assertEquals(
        0,
        Cutting.difference(groups, Cutting.plan(groups, 0.5), data(4).getFeatures()),
        1e-5,
        groups::explain);
  }

  @Test
  void earlyStopping() {
    DataSetIterator train = new ListDataSetIterator<>(data(3).asList(), 6);
    DataSetIterator test = new ListDataSetIterator<>(data(3).asList(), 6);
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(
                new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                    .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
                    .scoreCalculator(new DataSetLossCalculator(test, true))
                    .modelSaver(new InMemoryModelSaver<>())
                    .build(),
                cut(),
                train)
            .fit();
    assertEquals(4, result.getTotalEpochs());
    MultiLayerNetwork best = result.getBestModel();
    assertNotNull(best);
    assertEquals(4, best.getParam("0_W").size(0));
    assertEquals(5, best.layerSize(2));
  }

  /** What is done is proportional to the layers; the time limit only stops what is not. */
  @Test
  @Timeout(60)
  void tenThousandLayersPlanInLinearTime() {
    long[] small = work(1000);
    long[] large = work(10000);
    for (int i = 0; i < small.length; i++) {
      assertTrue(large[i] <= 10 * small[i] + 10, "%d became %d".formatted(small[i], large[i]));
    }
  }

  /** Slots, channel numbers in slots, channels in all, and activations. */
  private static long[] work(int layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.1)).list();
    for (int i = 0; i < layers; i++) {
      list.layer(new DenseLayer.Builder().nIn(2).nOut(2).build());
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(2)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    ChannelGroups groups = ChannelGroups.of(network);
    List<Integer> units = groups.groups().stream().map(group -> group.units().get(0)).toList();
    assertEquals(layers, units.size());
    RemovalPlan plan = RemovalPlan.of(groups, units);
    // One weight and one bias for each layer, one weight more in the first.
    assertEquals(2L * (layers + 1) + 1, Cost.parameters(groups).after(new HashSet<>(plan.units())));
    return new long[] {
      groups.slots().size(),
      groups.slots().stream().mapToLong(slot -> slot.channels().length).sum(),
      groups.walk().sets().count(),
      groups.walk().activations().size()
    };
  }
}

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
package org.dl4jprune.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Two workers in this JVM, each task of which may fail three times, and what they train. */
final class Cluster {
  static final int BATCH = 8;
  static final int WORKERS = 2;
  private static JavaSparkContext context;

  private Cluster() {}

  static synchronized JavaSparkContext context() {
    if (context == null) {
      context =
          new JavaSparkContext(
              new SparkConf()
                  .setMaster("local[2,4]")
                  .setAppName("dl4j-prune")
                  .set("spark.ui.enabled", "false")
                  .set("spark.locality.wait", "0")
                  .set("spark.driver.host", "127.0.0.1")
                  .set("spark.driver.bindAddress", "127.0.0.1"));
    }
    return context;
  }

  static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.FLOAT)
        .activation(Activation.TANH)
        .updater(updater);
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static MultiLayerNetwork mlp(IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            base(updater)
                .l2(1e-4)
                .list()
                .layer(new DenseLayer.Builder().nOut(20).build())
                .layer(new DenseLayer.Builder().nOut(10).build())
                .layer(output())
                .setInputType(InputType.feedForward(12))
                .build());
    network.init();
    return network;
  }

  static List<DataSet> batches(int count) {
    Random random = new Random(17);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[][] features = new float[BATCH][12];
      float[][] labels = new float[BATCH][3];
      for (int row = 0; row < BATCH; row++) {
        for (int column = 0; column < 12; column++) {
          features[row][column] = random.nextFloat() - 0.5f;
        }
        labels[row][features[row][0] > 0 ? 0 : features[row][1] > 0 ? 1 : 2] = 1;
      }
      batches.add(new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels)));
    }
    return batches;
  }

  static ParameterAveragingTrainingMaster.Builder averaging(int workers, int frequency) {
    return new ParameterAveragingTrainingMaster.Builder(workers, BATCH)
        .batchSizePerWorker(BATCH)
        .averagingFrequency(frequency)
        .workerPrefetchNumBatches(0)
        .saveUpdater(true)
        .rngSeed(3)
        .repartionData(Repartition.Never)
        .rddTrainingApproach(RDDTrainingApproach.Direct);
  }

  /** How many dead weights are not zero. */
  static long alive(Model model, Masks masks) {
    PrunableModel view = PrunableModel.ofAny(model);
    long alive = 0;
    for (Parameter parameter : masks.layout().parameters()) {
      alive += count(view.values(parameter), masks.of(parameter));
    }
    return alive;
  }

  /** How many values of the state of dead weights are not what the updater starts with. */
  static long moved(Model model, Masks masks) {
    PrunableModel view = PrunableModel.ofAny(model);
    long moved = 0;
    for (UpdaterState state : view.updaterStates()) {
      for (Parameter parameter : masks.layout().parameters()) {
        INDArray array = state.viewOf(parameter);
        if (array != null) {
          INDArray start = Nd4j.valueArrayOf(array.shape(), state.initialValue(), array.dataType());
          moved += count(array.sub(start), masks.of(parameter));
        }
      }
    }
    return moved;
  }

  private static long count(INDArray values, INDArray mask) {
    return Masks.countOnes(List.of(mask.rsub(1).mul(values)))[0];
  }

  static long zeros(Masks masks) {
    long kept = 0;
    for (long one : masks.kept()) {
      kept += one;
    }
    return masks.layout().length() - kept;
  }

  /** The largest difference of two arrays, of which NaN would be one. */
  static double difference(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }
}

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
package org.dl4jprune.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.host.HostBytes;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.Selector;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Models and masks that the tests of archives share. */
final class ArchivedModels {
  private ArchivedModels() {}

  static MultiLayerNetwork dense(int... widths) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(4).updater(new Adam(1e-2)).list();
    for (int i = 1; i < widths.length - 1; i++) {
      list.layer(new DenseLayer.Builder().nIn(widths[i - 1]).nOut(widths[i]).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(widths[widths.length - 2])
                        .nOut(widths[widths.length - 1])
                        .build())
                .build());
    network.init();
    return network;
  }

  static MultiLayerNetwork convolutional(DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .dataType(type)
                .updater(new Adam(1e-2))
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(6).build())
                .layer(new BatchNormalization())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(3)
                        .build())
                .setInputType(InputType.convolutionalFlat(4, 3, 1))
                .build());
    network.init();
    network.fit(data(type));
    network.fit(data(type));
    return network;
  }

  static DataSet data(DataType type) {
    INDArray labels = Nd4j.zeros(type, 6, 3);
    for (int i = 0; i < 6; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.linspace(type, -1, 0.03, 72).reshape(6, 12), labels);
  }

  static SameDiff sameDiff() {
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, 12);
    SDVariable label = sd.placeHolder("label", DataType.FLOAT, -1, 3);
    SDVariable w1 = sd.var("w1", Nd4j.rand(DataType.FLOAT, 12, 9).subi(0.5));
    SDVariable w2 = sd.var("w2", Nd4j.rand(DataType.FLOAT, 9, 3).subi(0.5));
    SDVariable scale = sd.constant("scale", Nd4j.scalar(DataType.FLOAT, 0.7));
    SDVariable hidden = sd.math().tanh(in.mmul(w1)).mul(scale);
    sd.loss.softmaxCrossEntropy("loss", label, hidden.mmul("logits", w2), null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("label")
            .build());
    sd.fit(data(DataType.FLOAT));
    return sd;
  }

  /** Masks with exactly round(s·n) zeros in each weight, at random places. */
  static PackedMasks randomMasks(Object model, double sparsity, long seed) {
    Random random = new Random(seed);
    Map<String, long[]> words = new LinkedHashMap<>();
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (Parameter parameter : Selector.weights().select(PrunableModel.ofAny(model))) {
      int length = (int) parameter.length();
      long[] mask = new long[(length + 63) / 64];
      int kept = length - (int) Math.round(sparsity * length);
      for (int i = 0; i < length; i++) {
        if (random.nextInt(length - i) < kept) {
          mask[i / 64] |= 1L << i;
          kept--;
        }
      }
      words.put(parameter.name(), mask);
      lengths.put(parameter.name(), parameter.length());
    }
    return PackedMasks.of(words, lengths);
  }

  static INDArray flat(PrunableModel model, Parameter parameter) {
    return parameter
        .asMatrix(model.values(parameter))
        .dup('c')
        .reshape('c', new long[] {parameter.length()});
  }

  /** The bits of an array, in flat order. */
  static List<Long> bits(INDArray flat) {
    List<Long> bits = new ArrayList<>();
    boolean narrow = flat.dataType().width() == Integer.BYTES;
    try {
      HostBytes.read(
          flat,
          (from, bytes) -> {
            while (bytes.hasRemaining()) {
              bits.add(narrow ? bytes.getInt() : bytes.getLong());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bits;
  }

  /** Sets the bits of the first values of a parameter in flat order. */
  static void poke(PrunableModel model, Parameter parameter, int... floats) throws IOException {
    INDArray flat = flat(model, parameter);
    List<Long> old = bits(flat);
    HostBytes.write(
        flat,
        (from, bytes) -> {
          for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.putInt(i < floats.length ? floats[i] : (int) (long) old.get(i));
          }
        });
    model.values(parameter).assign(parameter.fromFlat(flat));
  }
}

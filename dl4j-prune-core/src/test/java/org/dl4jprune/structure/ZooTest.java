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

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.NASNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TextGenerationLSTM;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * The models of DL4J's zoo with random weights, at small inputs and with few classes. Small ones
 * lose 0.1, 0.5 and 0.9 of their channels, large ones 0.5 only and VGG19, which has nothing that
 * VGG16 has not, none; {@code -Ddl4jprune.zoo=all} gives all of them all three, and a model's name
 * instead of {@code all} runs that one.
 */
class ZooTest {
  private static final int CLASSES = 3;
  private static final String ASKED = System.getProperty("dl4jprune.zoo", "");
  private static final Adam UPDATER = new Adam(1e-4);
  // Large models without state: files and copies of three times their size would only cost time.
  private static final Sgd PLAIN = new Sgd(1e-4);

  private record Case(
      String name, boolean small, Supplier<Model> model, long[] input, long[] labels) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case images(String name, boolean small, int size, Supplier<Model> model) {
    return new Case(name, small, model, new long[] {2, 3, size, size}, new long[] {2, CLASSES});
  }

  private static int[] shape(int size) {
    return new int[] {3, size, size};
  }

  static Stream<Case> models() {
    return switch (ASKED) {
      case "all" -> all();
      case "" -> all().filter(zoo -> !zoo.name().equals("VGG19"));
      default -> all().filter(zoo -> zoo.name().equals(ASKED));
    };
  }

  private static Stream<Case> all() {
    return Stream.of(
        images(
            "LeNet",
            true,
            16,
            () ->
                LeNet.builder()
                    .inputShape(shape(16))
                    .numClasses(CLASSES)
                    .updater(UPDATER)
                    .build()
                    .init()),
        // Its last layer has no loss, so that it can be read but not trained.
        new Case(
            "SimpleCNN",
            true,
            () ->
                SimpleCNN.builder()
                    .inputShape(shape(48))
                    .numClasses(CLASSES)
                    .updater(UPDATER)
                    .build()
                    .init(),
            new long[] {2, 3, 48, 48},
            null),
        images(
            "AlexNet",
            false,
            64,
            () ->
                AlexNet.builder()
                    .inputShape(shape(64))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "VGG16",
            false,
            32,
            () ->
                VGG16
                    .builder()
                    .inputShape(shape(32))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "VGG19",
            false,
            32,
            () ->
                VGG19
                    .builder()
                    .inputShape(shape(32))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "ResNet50",
            false,
            96,
            () ->
                ResNet50.builder()
                    .inputShape(shape(96))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "SqueezeNet",
            true,
            48,
            () ->
                SqueezeNet.builder()
                    .inputShape(shape(48))
                    .numClasses(CLASSES)
                    .updater(UPDATER)
                    .build()
                    .init()),
        images(
            "Darknet19",
            false,
            32,
            () ->
                Darknet19.builder()
                    .inputShape(shape(32))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "Xception",
            false,
            64,
            () ->
                Xception.builder()
                    .inputShape(shape(64))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "InceptionResNetV1",
            false,
            96,
            () ->
                InceptionResNetV1.builder()
                    .inputShape(shape(96))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init()),
        images(
            "FaceNetNN4Small2",
            true,
            64,
            () ->
                FaceNetNN4Small2.builder()
                    .inputShape(shape(64))
                    .numClasses(CLASSES)
                    .updater(UPDATER)
                    .build()
                    .init()),
        new Case(
            "UNet",
            false,
            () -> UNet.builder().inputShape(shape(16)).updater(PLAIN).build().init(),
            new long[] {2, 3, 16, 16},
            new long[] {2, 1, 16, 16}),
        new Case(
            "TinyYOLO",
            false,
            () ->
                TinyYOLO.builder()
                    .inputShape(shape(32))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init(),
            new long[] {2, 3, 32, 32},
            new long[] {2, 4 + CLASSES, 1, 1}),
        new Case(
            "YOLO2",
            false,
            () ->
                YOLO2
                    .builder()
                    .inputShape(shape(32))
                    .numClasses(CLASSES)
                    .updater(PLAIN)
                    .build()
                    .init(),
            new long[] {2, 3, 32, 32},
            new long[] {2, 4 + CLASSES, 1, 1}),
        new Case(
            "TextGenerationLSTM",
            true,
            () ->
                TextGenerationLSTM.builder()
                    .totalUniqueCharacters(11)
                    .maxLength(6)
                    .inputShape(new int[] {6, 11})
                    .updater(UPDATER)
                    .build()
                    .init(),
            new long[] {2, 11, 6},
            new long[] {2, 11, 6}));
  }

  @ParameterizedTest
  @MethodSource("models")
  void canBeCut(Case zoo) {
    Nd4j.getRandom().setSeed(5);
    Model model = zoo.model().get();
    // Some are initialised so widely that activations overflow without training.
    model.paramTable().values().stream().filter(w -> w.rank() > 1).forEach(ZooTest::tame);
    Cutting.perturb(model, 11);
    INDArray input = Nd4j.rand(DataType.FLOAT, zoo.input());
    boolean all = zoo.small() || !ASKED.isEmpty();
    for (double fraction : all ? new double[] {0.1, 0.5, 0.9} : new double[] {0.5}) {
      Cutting.check(
          model,
          new INDArray[] {input},
          zoo.labels() == null ? null : new INDArray[] {labels(zoo.labels())},
          fraction,
          1e-5);
    }
  }

  /** Keeps the scale of activations from layer to layer. */
  private static void tame(INDArray weights) {
    double inputs = weights.rank() == 2 ? weights.size(0) : weights.length() / weights.size(0);
    double deviation = weights.stdNumber().doubleValue();
    // The centres of a center loss start at zero.
    if (deviation > 0) {
      weights.muli(Math.sqrt(2 / inputs) / deviation);
    }
  }

  /** One class for each example and time step; no objects for a detector. */
  private static INDArray labels(long[] shape) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, shape);
    if (shape.length < 4) {
      labels.slice(0).slice(1).assign(1);
      labels.slice(1).slice(0).assign(1);
    }
    return labels;
  }

  /** NASNet is told here so that a release that mends it is noticed and gets its case above. */
  @Test
  void theZoosNasNetCannotBeBuilt() {
    NASNet nasNet = NASNet.builder().inputShape(shape(32)).numClasses(CLASSES).build();
    assertTrue(
        assertThrows(IllegalArgumentException.class, nasNet::init)
            .getMessage()
            .startsWith("Cannot calculate activation types"));
  }
}

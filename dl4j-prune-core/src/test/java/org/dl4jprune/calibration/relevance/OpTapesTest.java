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
package org.dl4jprune.calibration.relevance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Relevance in SameDiff graphs of the ops that the card names. */
class OpTapesTest {

  private final SameDiff graph = SameDiff.create();

  @BeforeEach
  void seed() {
    Nd4j.getRandom().setSeed(17);
  }

  private PrunableModel finish(SDVariable logits, int classes) {
    SDVariable labels = graph.placeHolder("labels", DataType.DOUBLE, -1, classes);
    graph.loss().softmaxCrossEntropy("loss", labels, logits, null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Sgd(0.1))
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    return PrunableModel.of(graph);
  }

  private SDVariable weights(String name, long... shape) {
    return graph.var(name, Nd4j.randn(DataType.DOUBLE, shape));
  }

  /** Mostly positive, so that each logit has a positive contribution. */
  private SDVariable last(String name, long... shape) {
    return graph.var(name, Nd4j.rand(DataType.DOUBLE, shape).subi(0.3));
  }

  private static Map<String, INDArray> relevance(
      PrunableModel model, MultiDataSet data, LrpRules rules) {
    Map<String, INDArray> found = new LinkedHashMap<>();
    Relevance.propagate(
        model, data, rules, Start.TRUE_LABEL, at -> found.put(at.layer(), at.signal()));
    return found;
  }

  private static MultiDataSet images(int examples) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, examples, 3);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new MultiDataSet(Nd4j.rand(DataType.DOUBLE, examples, 2, 9, 9), labels);
  }

  private static void assertSumsToOne(INDArray... relevance) {
    long examples = relevance[0].size(0);
    double[] sums = new double[(int) examples];
    for (INDArray one : relevance) {
      double[] own = one.reshape('c', examples, one.length() / examples).sum(1).toDoubleVector();
      for (int i = 0; i < own.length; i++) {
        sums[i] += own[i];
      }
    }
    for (double sum : sums) {
      assertEquals(1, sum, 1e-5);
    }
  }

  @Test
  void scoresAreThoseOfTheCard() {
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 2);
    SDVariable w1 = graph.var("w1", Nd4j.create(new double[][] {{1, 0.5, -1}, {-0.5, 0.5, 1.5}}));
    SDVariable b1 = graph.var("b1", Nd4j.create(new double[] {0.5, 0, -0.5}));
    SDVariable w2 = graph.var("w2", Nd4j.create(new double[][] {{1, 2, -1}, {0.5, -1, 1}}));
    SDVariable b2 = graph.var("b2", Nd4j.create(new double[] {0.2, -0.1}));
    SDVariable hidden = graph.nn().relu(in.mmul("z1", w1).add("a1", b1), 0);
    SDVariable product = graph.linalg().mmul("z2", hidden, w2, false, true, false);
    PrunableModel model = finish(product.add("logits", b2), 2);
    MultiDataSet data =
        new MultiDataSet(
            Nd4j.create(new double[][] {{1, 2}, {1, 2}}),
            Nd4j.create(new double[][] {{1, 0}, {0, 1}}));
    Map<String, INDArray> found = relevance(model, data, LrpRules.composite());
    assertEquals(List.of("z2", "z1"), List.copyOf(found.keySet()));
    assertArrayEquals(
        new double[] {1.893928, 11.363569, 10.681751},
        Transforms.abs(found.get("z1"), true).sum(0).toDoubleVector(),
        1.2e-6);
    INDArray atInput =
        Relevance.ofInputs(model, data, LrpRules.composite(), Start.TRUE_LABEL, 0, 1).get("in");
    assertArrayEquals(new double[] {0.681818, 0.227273}, atInput.slice(0).toDoubleVector(), 1.2e-6);
  }

  @Test
  void convolutionsPoolingMeansAndConcatenationsKeepTheSum() {
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 2, 9, 9);
    Conv2DConfig valid = Conv2DConfig.builder().kH(3).kW(3).dataFormat("NCHW").build();
    valid.setPaddingMode(PaddingMode.VALID);
    Pooling2DConfig pool = Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build();
    SDVariable first =
        graph.nn().relu(graph.cnn().conv2d("first", in, weights("w1", 3, 3, 2, 4), valid), 0);
    SDVariable pooled = graph.cnn().maxPooling2d("pooled", first, pool);
    SDVariable left =
        graph.nn().relu(graph.cnn().conv2d("left", pooled, weights("w2", 3, 3, 4, 3), valid), 0);
    SDVariable right =
        graph.nn().relu(graph.cnn().conv2d("right", pooled, weights("w3", 3, 3, 4, 5), valid), 0);
    SDVariable mean = graph.concat("both", 1, left, right).mean("mean", 2, 3);
    PrunableModel model = finish(mean.mmul("logits", last("w4", 8, 3)), 3);
    Map<String, INDArray> found =
        relevance(model, images(6), LrpRules.everywhere(LrpRule.ALPHA1_BETA0).withEpsilon(1e-9));
    assertSumsToOne(found.get("logits"));
    assertSumsToOne(found.get("left"), found.get("right"));
    assertSumsToOne(found.get("first"));
  }

  @Test
  void residualSumsAveragesAndReshapesKeepTheSum() {
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 2, 9, 9);
    Conv2DConfig same = Conv2DConfig.builder().kH(3).kW(3).dataFormat("NCHW").build();
    same.setPaddingMode(PaddingMode.SAME);
    Pooling2DConfig pool = Pooling2DConfig.builder().kH(3).kW(3).sH(3).sW(3).isNHWC(false).build();
    SDVariable first =
        graph.nn().relu(graph.cnn().conv2d("first", in, weights("w1", 3, 3, 2, 4), same), 0);
    SDVariable second =
        graph.nn().relu(graph.cnn().conv2d("second", first, weights("w2", 3, 3, 4, 4), same), 0);
    SDVariable pooled = graph.cnn().avgPooling2d("pooled", first.add("sum", second), pool);
    SDVariable flat = pooled.reshape(-1, 36);
    PrunableModel model = finish(flat.mmul("logits", last("w3", 36, 3)), 3);
    Map<String, INDArray> found =
        relevance(model, images(6), LrpRules.everywhere(LrpRule.ALPHA1_BETA0).withEpsilon(1e-9));
    assertSumsToOne(found.get("first"));
    assertTrue(found.get("second").sumNumber().doubleValue() > 0);
  }

  @Test
  void anOpWithoutARuleIsNamedWithThoseThatHaveOne() {
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 4);
    SDVariable odd = graph.math().sin("odd", in.mmul("z", weights("w1", 4, 5)));
    PrunableModel model = finish(odd.mmul("logits", weights("w2", 5, 3)), 3);
    MultiDataSet data =
        new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 3, 4), Nd4j.eye(3).castTo(DataType.DOUBLE));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> relevance(model, data, LrpRules.composite()))
            .getMessage();
    assertTrue(message.contains("op sin") && message.contains("concat"), message);
    assertThrows(
        IllegalArgumentException.class, () -> ActivationGradient.propagate(model, data, at -> {}));
  }

  @Test
  void aSoftmaxInsideIsRefused() {
    SDVariable in = graph.placeHolder("in", DataType.DOUBLE, -1, 4);
    SDVariable soft = graph.nn().softmax("soft", in.mmul("z", weights("w1", 4, 5)), 1);
    PrunableModel model = finish(soft.mmul("logits", weights("w2", 5, 3)), 3);
    MultiDataSet data =
        new MultiDataSet(Nd4j.rand(DataType.DOUBLE, 3, 4), Nd4j.eye(3).castTo(DataType.DOUBLE));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> relevance(model, data, LrpRules.composite()))
            .getMessage()
            .contains("softmax"));
  }
}

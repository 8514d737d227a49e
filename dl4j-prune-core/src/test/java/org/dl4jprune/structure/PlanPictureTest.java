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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlanPictureTest {
  private final ChannelGroups groups = ChannelGroups.of(network());

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(5, 5, 2))
                .build());
    network.init();
    return network;
  }

  /** Removes the second and third channel of the convolution. */
  private RemovalPlan plan() {
    return RemovalPlan.of(groups, groups.groups().get(0).units().subList(1, 3));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document svg) {
    NodeList texts = svg.getElementsByTagName("text");
    return IntStream.range(0, texts.getLength())
        .mapToObj(i -> texts.item(i).getTextContent())
        .toList();
  }

  @Test
  void everyAxisIsABarWithItsWidths() throws Exception {
    List<String> texts = texts(parsed(PlanPicture.svg(groups, plan())));
    assertEquals(
        List.of(
            "layer0",
            "W axis 1",
            "2",
            "W axis 0",
            "4 → 2",
            "layer1",
            "gamma axis 0",
            "4 → 2",
            "beta axis 0",
            "4 → 2",
            "layer2",
            "W axis 0",
            "36 → 18",
            "W axis 1",
            "6",
            "layer3",
            "W axis 0",
            "6",
            "W axis 1",
            "3"),
        texts);
  }

  @Test
  void whatStaysIsFilledAndWhatGoesIsEmpty() throws Exception {
    NodeList bars = parsed(PlanPicture.svg(groups, plan())).getElementsByTagName("rect");
    List<Element> rectangles =
        IntStream.range(0, bars.getLength()).mapToObj(i -> (Element) bars.item(i)).toList();
    double frame = 0;
    double filled = 0;
    int at = 0;
    // The second frame is the convolution's output axis: the first and the last quarter stay.
    for (Element rectangle : rectangles) {
      if (rectangle.getAttribute("fill").equals("none")) {
        at++;
        frame = at == 2 ? width(rectangle) : frame;
      } else if (at == 2) {
        filled += width(rectangle);
        assertEquals(frame / 4, width(rectangle), 0.05);
      }
    }
    assertEquals(frame / 2, filled, 0.1);
  }

  private static double width(Element rectangle) {
    return Double.parseDouble(rectangle.getAttribute("width"));
  }

  @Test
  void eachGroupIsJoinedAtItsRows() throws Exception {
    Document svg = parsed(PlanPicture.svg(groups, plan()));
    assertEquals(2, svg.getElementsByTagName("path").getLength());
    // Convolution, gamma, beta and the rows of the dense layer; then its columns and the output's
    // rows.
    assertEquals(6, svg.getElementsByTagName("circle").getLength());
  }

  @Test
  void thePageExplainsItselfInWords() {
    String page = PlanPicture.html(groups, plan());
    assertTrue(page.contains("2 of 10 units in 2 groups go"), page);
    assertTrue(page.contains("stays:"), page);
  }

  @Test
  void aPlanForAnotherModelIsRefused() {
    RemovalPlan other = new RemovalPlan("another", List.of());
    assertThrows(IllegalArgumentException.class, () -> PlanPicture.svg(groups, other));
  }
}

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
package org.dl4jprune.structure.rules;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;

/** The rules of the library. */
public final class BuiltInRules {
  private static final CouplingRules RULES = CouplingRules.of(all());

  private BuiltInRules() {}

  /**
   * The rules of the library; {@link CouplingRules#with} adds one's own.
   *
   * @return the rules
   */
  public static CouplingRules rules() {
    return RULES;
  }

  private static List<CouplingRule<?>> all() {
    List<CouplingRule<?>> rules = new ArrayList<>();
    rules.add(new DenseRule());
    rules.add(new OutputRule());
    rules.add(new ConvolutionRule());
    rules.add(new BatchNormalizationRule());
    rules.add(new LstmRule());
    rules.add(new SimpleRnnRule());
    rules.add(new BidirectionalRule());
    rules.add(EmbeddingRule.single());
    rules.add(EmbeddingRule.sequence());
    rules.add(WrapperRule.frozen());
    rules.add(WrapperRule.wrapper());
    rules.add(new ElementWiseRule());
    rules.add(new MergeRule());
    rules.add(new SubsetRule());
    rules.add(new FlattenRule());
    rules.add(new UnflattenRule());
    for (Class<?> type :
        List.of(
            ActivationLayer.class,
            DropoutLayer.class,
            SubsamplingLayer.class,
            Subsampling1DLayer.class,
            GlobalPoolingLayer.class,
            Upsampling1D.class,
            Upsampling2D.class,
            ZeroPadding1DLayer.class,
            ZeroPaddingLayer.class,
            Cropping1D.class,
            Cropping2D.class,
            ScaleVertex.class,
            ShiftVertex.class,
            PoolHelperVertex.class,
            LastTimeStepVertex.class,
            DuplicateToTimeSeriesVertex.class,
            ReverseTimeSeriesVertex.class,
            FeedForwardToRnnPreProcessor.class,
            RnnToFeedForwardPreProcessor.class)) {
      rules.add(SameChannels.of(type));
    }
    String normalised = "it normalises over the channels that are left";
    rules.add(SameChannels.inexact(LocalResponseNormalization.class, normalised));
    rules.add(SameChannels.inexact(L2NormalizeVertex.class, normalised));
    return rules;
  }
}

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
import org.dl4jprune.structure.rules.BatchNormalizationRule;
import org.dl4jprune.structure.rules.BidirectionalRule;
import org.dl4jprune.structure.rules.ConvolutionRule;
import org.dl4jprune.structure.rules.DenseRule;
import org.dl4jprune.structure.rules.ElementWiseRule;
import org.dl4jprune.structure.rules.EmbeddingRule;
import org.dl4jprune.structure.rules.FlattenRule;
import org.dl4jprune.structure.rules.LstmRule;
import org.dl4jprune.structure.rules.MergeRule;
import org.dl4jprune.structure.rules.OutputRule;
import org.dl4jprune.structure.rules.SameChannels;
import org.dl4jprune.structure.rules.SimpleRnnRule;
import org.dl4jprune.structure.rules.SubsetRule;
import org.dl4jprune.structure.rules.UnflattenRule;
import org.dl4jprune.structure.rules.WrapperRule;

/** The rules in force: the first that fits a configuration's class is taken, one's own first. */
public final class CouplingRules {
  private static final CouplingRules BUILT_IN = new CouplingRules(defaults());

  private final List<CouplingRule<?>> rules;

  private CouplingRules(List<CouplingRule<?>> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * The rules of the library.
   *
   * @return the rules
   */
  public static CouplingRules builtIn() {
    return BUILT_IN;
  }

  /**
   * These rules with one more, which wins over all others.
   *
   * @param rule for a custom layer, vertex or preprocessor, or in place of a built-in rule
   * @return new rules
   */
  public CouplingRules with(CouplingRule<?> rule) {
    List<CouplingRule<?>> more = new ArrayList<>();
    more.add(rule);
    more.addAll(rules);
    return new CouplingRules(more);
  }

  /**
   * Whether there is a rule.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @return false if what enters and leaves it must stay whole
   */
  public boolean knows(Object configuration) {
    return rules.stream().anyMatch(rule -> rule.type().isInstance(configuration));
  }

  /**
   * Couples by the first rule that fits.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @param inputs the channels of each input
   * @param scene where to name slots
   * @return the channels of the output
   */
  public int[] couple(Object configuration, int[][] inputs, Scene scene) {
    return couple(rule(configuration), configuration, inputs, scene);
  }

  private static <T> int[] couple(
      CouplingRule<T> rule, Object configuration, int[][] inputs, Scene scene) {
    return rule.couple(rule.type().cast(configuration), inputs, scene);
  }

  /**
   * Resizes by the first rule that fits.
   *
   * @param configuration of a layer, vertex or preprocessor, changed in place
   * @param inputs the kept places of each input
   * @param output the kept places of the output
   */
  public void resize(Object configuration, int[][] inputs, int[] output) {
    resize(rule(configuration), configuration, inputs, output);
  }

  private static <T> void resize(
      CouplingRule<T> rule, Object configuration, int[][] inputs, int[] output) {
    rule.resize(rule.type().cast(configuration), inputs, output);
  }

  /**
   * The number of channels that a layer expects of the model's own input.
   *
   * @param configuration of a layer, vertex or preprocessor
   * @return the number, or -1 if it takes what comes
   */
  public long expectedInputs(Object configuration) {
    return expectedInputs(rule(configuration), configuration);
  }

  private static <T> long expectedInputs(CouplingRule<T> rule, Object configuration) {
    return rule.expectedInputs(rule.type().cast(configuration));
  }

  private CouplingRule<?> rule(Object configuration) {
    return rules.stream()
        .filter(rule -> rule.type().isInstance(configuration))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no coupling rule for "
                        + configuration.getClass().getName()
                        + "; add one with CouplingRules.with"));
  }

  private static List<CouplingRule<?>> defaults() {
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

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
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.dl4jprune.structure.CouplingRule;
import org.dl4jprune.structure.CouplingRules;
import org.dl4jprune.structure.Layout;

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
    // The first that fits is taken: subclasses come before their superclasses.
    List<CouplingRule<?>> rules = new ArrayList<>();
    rules.addAll(withParameters());
    rules.addAll(sequencesAndImages());
    rules.addAll(vertices());
    rules.addAll(preprocessors());
    rules.addAll(staying());
    return rules;
  }

  private static List<CouplingRule<?>> withParameters() {
    return List.of(
        new DenseRule(),
        new OneClassRule(),
        new OutputRule(),
        new AutoEncoderRule(),
        new ElementWiseMultiplicationRule(),
        new ConvolutionRule(),
        LocallyConnectedRule.sequence(),
        LocallyConnectedRule.image(),
        new BatchNormalizationRule(),
        new PReLURule(),
        new LstmRule(),
        new GravesBidirectionalRule(),
        new SimpleRnnRule(),
        new BidirectionalRule(),
        EmbeddingRule.single(),
        EmbeddingRule.sequence(),
        new SelfAttentionRule(),
        new LearnedSelfAttentionRule(),
        new RecurrentAttentionRule(),
        WrapperRule.frozen(),
        WrapperRule.wrapper());
  }

  private static List<CouplingRule<?>> sequencesAndImages() {
    List<CouplingRule<?>> rules = new ArrayList<>();
    rules.add(new ActivationRule());
    rules.add(SameChannels.of(DropoutLayer.class).keepsConstants());
    rules.add(SameChannels.of(MaskLayer.class));
    rules.add(SameChannels.of(Subsampling1DLayer.class).layout((layer, in) -> moved(in)));
    rules.add(
        SameChannels.of(SubsamplingLayer.class)
            .layout((layer, in) -> Layout.image(layer.getCnn2dDataFormat())));
    rules.add(
        SameChannels.of(Subsampling3DLayer.class)
            .layout((layer, in) -> Layout.volume(layer.getDataFormat())));
    rules.add(new GlobalPoolingRule());
    rules.add(
        SameChannels.of(RepeatVector.class)
            .layout((layer, in) -> Layout.sequence(layer.getDataFormat()))
            .keepsConstants());
    for (Class<?> type :
        List.of(
            Upsampling1D.class,
            Upsampling2D.class,
            Upsampling3D.class,
            Cropping1D.class,
            Cropping2D.class,
            Cropping3D.class,
            ZeroPadding1DLayer.class,
            ZeroPaddingLayer.class,
            ZeroPadding3DLayer.class,
            SpaceToBatchLayer.class)) {
      rules.add(SameChannels.of(type).layout((layer, in) -> moved(in)));
    }
    rules.add(new SpaceToDepthRule());
    rules.add(
        SameChannels.inexact(
            LocalResponseNormalization.class, "it normalises over neighbouring channels"));
    return rules;
  }

  private static Layout moved(Layout in) {
    return in.withPositions(-1);
  }

  private static List<CouplingRule<?>> vertices() {
    return List.of(
        new ElementWiseRule(),
        new MergeRule(),
        new SubsetRule(),
        new StackRule(),
        SameChannels.of(UnstackVertex.class).keepsConstants(),
        new ReshapeRule(),
        new DistanceRule(),
        new NormalizeRule(),
        new PoolHelperRule(),
        new AttentionVertexRule(),
        SameChannels.of(ScaleVertex.class).rest((vertex, in) -> vertex.getScaleFactor() * in),
        SameChannels.of(ShiftVertex.class).rest((vertex, in) -> vertex.getShiftFactor() + in),
        SameChannels.of(LastTimeStepVertex.class)
            .layout((vertex, in) -> Layout.FLAT)
            .keepsConstants(),
        SameChannels.of(DuplicateToTimeSeriesVertex.class)
            .layout((vertex, in) -> Layout.sequence(null))
            .keepsConstants(),
        SameChannels.of(ReverseTimeSeriesVertex.class).keepsConstants());
  }

  private static List<CouplingRule<?>> preprocessors() {
    return List.of(
        FlattenRule.image(),
        FlattenRule.volume(),
        FlattenRule.sequence(),
        UnflattenRule.image(),
        UnflattenRule.volume(),
        UnflattenRule.sequence(),
        new ComposedRule(),
        SameChannels.of(FeedForwardToRnnPreProcessor.class)
            .layout((before, in) -> Layout.sequence(before.getRnnDataFormat()))
            .keepsConstants(),
        SameChannels.of(RnnToFeedForwardPreProcessor.class)
            .layout((before, in) -> Layout.FLAT)
            .keepsConstants());
  }

  private static List<CouplingRule<?>> staying() {
    String labels = "what enters a loss faces the labels";
    String capsules = "capsules are groups of channels";
    String ops = "its ops are not followed";
    return List.of(
        PinnedRule.same(LossLayer.class, labels),
        PinnedRule.same(CnnLossLayer.class, labels),
        PinnedRule.same(Cnn3DLossLayer.class, labels),
        PinnedRule.same(RnnLossLayer.class, labels),
        PinnedRule.same(Yolo2OutputLayer.class, labels),
        PinnedRule.barrier(VariationalAutoencoder.class, "it reconstructs its inputs"),
        PinnedRule.barrier(PrimaryCapsules.class, capsules),
        PinnedRule.barrier(CapsuleLayer.class, capsules),
        PinnedRule.barrier(CapsuleStrengthLayer.class, capsules),
        PinnedRule.barrier(AbstractSameDiffLayer.class, ops),
        PinnedRule.barrier(SameDiffVertex.class, ops));
  }
}

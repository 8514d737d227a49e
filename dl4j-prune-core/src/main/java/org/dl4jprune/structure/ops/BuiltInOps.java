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
package org.dl4jprune.structure.ops;

import java.util.List;
import org.dl4jprune.structure.OpRules;

/** The library's rules for SameDiff's ops. */
public final class BuiltInOps {
  private static final OpRules RULES =
      OpRules.of(
          List.of(
              TransformRule.keepingZeros(),
              TransformRule.losingZeros(),
              TransformRule.infiniteAtZero(),
              new ScalarRule(),
              new PairwiseRule(),
              new SelectRule(),
              new MatmulRule(),
              new TensordotRule(),
              new LinearRule(),
              new BiasAddRule(),
              new ConvolutionRule(),
              new DepthwiseRule(),
              new PoolingRule(),
              new BatchNormRule(),
              new LayerNormRule(),
              new SoftmaxRule(),
              new ReductionRule(),
              new ReshapeRule(),
              new AxesRule(),
              new ConcatRule(),
              new StackRule(),
              new SplitRule(),
              new SliceRule(),
              new StridedSliceRule(),
              new GatherRule(),
              new RepeatRule(),
              new SpaceToDepthRule(),
              new BatchSpaceRule(),
              new SizeRule(),
              new LossRule(),
              new AttentionRule(),
              new MultiHeadAttentionRule(),
              new RecurrentRule()));

  private BuiltInOps() {}

  /**
   * The rules of the library; {@link OpRules#with} adds one's own.
   *
   * @return the rules
   */
  public static OpRules rules() {
    return RULES;
  }
}

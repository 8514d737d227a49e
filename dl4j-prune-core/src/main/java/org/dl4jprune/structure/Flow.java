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

/**
 * What is known of an activation besides its channels.
 *
 * @param layout where its channels are
 * @param rest the value that a channel has everywhere once all slices of its unit are zero; NaN if
 *     it has none
 */
record Flow(Layout layout, double rest) {
  static final Flow OF_INPUT = new Flow(Layout.UNKNOWN, 0);

  /** The same with another value of dead channels. */
  Flow resting(double value) {
    return new Flow(layout, value);
  }

  /** A place for what a rule says of the output. */
  static final class Holder {
    private Flow flow;

    Holder(Flow flow) {
      this.flow = flow;
    }

    Flow get() {
      return flow;
    }

    void layout(Layout layout) {
      flow = new Flow(layout, flow.rest());
    }

    void rest(double rest) {
      flow = flow.resting(rest);
    }
  }
}

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

import org.dl4jprune.structure.Layout;
import org.dl4jprune.structure.Scene;

/** The layout of several inputs. */
final class Layouts {
  private Layouts() {}

  /** The first that is known. */
  static Layout known(int inputs, Scene scene) {
    for (int i = 0; i < inputs; i++) {
      if (scene.layout(i).isKnown()) {
        return scene.layout(i);
      }
    }
    return Layout.UNKNOWN;
  }
}

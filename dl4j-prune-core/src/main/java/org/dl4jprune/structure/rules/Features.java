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

import java.util.Arrays;
import org.dl4jprune.structure.Scene;

/** Places of channels in rows of features: all places of a channel, or all channels of a place. */
final class Features {
  private Features() {}

  static int[] flatten(int[] channels, long positions, boolean channelsFirst) {
    int places = Math.toIntExact(positions);
    if (channelsFirst) {
      return Scene.repeat(channels, places);
    }
    int[][] rows = new int[places][];
    Arrays.fill(rows, channels);
    return Scene.join(rows);
  }

  static int[] unflatten(int[] features, long positions, boolean channelsFirst, Scene scene) {
    int places = Math.toIntExact(positions);
    int[] channels = new int[features.length / places];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = features[channelsFirst ? c * places : c];
    }
    scene
        .sets()
        .unite(
            flatten(channels, positions, channelsFirst),
            features,
            scene.name(),
            "the features of a channel");
    return channels;
  }
}

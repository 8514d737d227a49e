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
package org.dl4jprune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jprune.allocation.Allocation;
import org.dl4jprune.allocation.ErdosRenyi;
import org.dl4jprune.allocation.Floor;
import org.dl4jprune.allocation.Global;
import org.dl4jprune.allocation.Lamp;
import org.dl4jprune.allocation.PerLayer;
import org.dl4jprune.allocation.RescaledThreshold;
import org.dl4jprune.allocation.Uniform;
import org.dl4jprune.allocation.UniformPlus;
import org.dl4jprune.criterion.AdamFisher;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.Fisher;
import org.dl4jprune.criterion.GradientMagnitude;
import org.dl4jprune.criterion.Grasp;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.MomentumMagnitude;
import org.dl4jprune.criterion.Movement;
import org.dl4jprune.criterion.Random;
import org.dl4jprune.criterion.Snip;
import org.dl4jprune.criterion.SquaredMagnitude;
import org.dl4jprune.criterion.SynFlow;
import org.dl4jprune.criterion.Taylor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every criterion and allocation survives JSON and YAML. */
class PartsAsTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  static Stream<Criterion> criteria() {
    return Stream.of(
        new Magnitude(),
        new SquaredMagnitude(),
        new Random(),
        new Snip(),
        new Grasp(3.5),
        new SynFlow(7),
        new Taylor(),
        new Fisher(),
        new AdamFisher(),
        new Movement(),
        new GradientMagnitude(),
        new MomentumMagnitude(0.9));
  }

  static Stream<Allocation> allocations() {
    return Stream.of(
        new Uniform(),
        new UniformPlus(Floor.count(3)),
        new PerLayer(Map.of("conv*", 0.25), 0.75, Floor.percentOfAll(0.05)),
        new PerLayer(Map.of("a", 0.25, "b", 0.0)),
        new Global(Floor.percentOfAll(0.05)),
        new Global(),
        new ErdosRenyi(true, Floor.count(1)),
        new ErdosRenyi(false),
        new Lamp(Floor.count(2)),
        new RescaledThreshold(Floor.count(60)));
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void criterionRoundTrip(Criterion criterion) throws Exception {
    for (ObjectMapper mapper : new ObjectMapper[] {JSON, YAML}) {
      String text = mapper.writeValueAsString(criterion);
      assertEquals(criterion, mapper.readValue(text, Criterion.class), text);
    }
  }

  @ParameterizedTest
  @MethodSource("allocations")
  void allocationRoundTrip(Allocation allocation) throws Exception {
    for (ObjectMapper mapper : new ObjectMapper[] {JSON, YAML}) {
      String text = mapper.writeValueAsString(allocation);
      assertEquals(allocation, mapper.readValue(text, Allocation.class), text);
    }
  }

  @Test
  void whatIsLeftOutTakesItsDefault() throws Exception {
    assertEquals(new Global(), JSON.readValue("{\"type\":\".Global\"}", Allocation.class));
    assertEquals(
        new Lamp(Floor.count(5)),
        YAML.readValue("type: .Lamp\nfloor: {count: 5}\n", Allocation.class));
    assertEquals(
        new PerLayer(Map.of("*", 0.0)),
        YAML.readValue("type: .PerLayer\nsparsities: {\"*\": 0}\n", Allocation.class));
    assertEquals(
        new ErdosRenyi(true),
        YAML.readValue("type: .ErdosRenyi\nkernel: true\n", Allocation.class));
  }
}

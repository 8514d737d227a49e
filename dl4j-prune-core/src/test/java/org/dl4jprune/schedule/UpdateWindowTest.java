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
package org.dl4jprune.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class UpdateWindowTest {

  @Test
  void updatesFallAfterEachInterval() {
    UpdateWindow window = UpdateWindow.iterations(10, 45, 10);
    assertEquals(List.of(20L, 30L, 40L), due(window));
    assertEquals(20, window.first());
    assertEquals(40, window.last());
    assertEquals(3, window.count());
  }

  @Test
  void theEndItselfCounts() {
    assertEquals(List.of(2L, 4L, 6L), due(UpdateWindow.epochs(0, 6, 2)));
  }

  @Test
  void onceFallsOnce() {
    UpdateWindow once = UpdateWindow.once(7, ScheduleUnit.EPOCH);
    assertEquals(List.of(7L), due(once));
    assertEquals(7, once.first());
    assertEquals(7, once.last());
    assertEquals(1, once.count());
  }

  @Test
  void mistakesAreNamedWithTheirMend() {
    refuses(() -> UpdateWindow.iterations(20, 10, 1), "end 10 lies before begin 20; give a later");
    refuses(() -> UpdateWindow.iterations(0, 10, 0), "frequency every 0 is not above zero");
    refuses(() -> UpdateWindow.iterations(0, 10, -2), "frequency every -2 is not above zero");
    refuses(() -> UpdateWindow.iterations(5, 10, 6), "give an end of at least 11");
    refuses(() -> UpdateWindow.iterations(-1, 10, 6), "begin -1 is negative");
    refuses(() -> UpdateWindow.once(0, ScheduleUnit.ITERATION), "time 0 comes before");
    refuses(() -> new UpdateWindow(0, 1, 1, null), "the unit is missing");
  }

  @Test
  void jsonHoldsTheFourNumbersAndNoMore() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    UpdateWindow window = UpdateWindow.iterations(10, 45, 10);
    String json = mapper.writeValueAsString(window);
    assertEquals("{\"begin\":10,\"end\":45,\"every\":10,\"unit\":\"ITERATION\"}", json);
    assertEquals(window, mapper.readValue(json, UpdateWindow.class));
  }

  private static List<Long> due(UpdateWindow window) {
    return LongStream.range(-5, 100).filter(window::due).boxed().toList();
  }

  private static void refuses(Executable making, String message) {
    String said = assertThrows(IllegalArgumentException.class, making).getMessage();
    assertTrue(said.contains(message), said);
  }
}

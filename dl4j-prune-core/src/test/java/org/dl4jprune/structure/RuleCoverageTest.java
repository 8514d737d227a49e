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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jprune.structure.rules.BuiltInRules;
import org.junit.jupiter.api.Test;

/** No class of DL4J's configurations is forgotten. */
class RuleCoverageTest {
  private static final Map<Class<?>, String> WITHOUT =
      Map.of(
          LayerVertex.class, "the walk looks at its layer",
          PreprocessorVertex.class, "the walk looks at its preprocessor",
          FrozenVertex.class, "the walk looks at its vertex");

  @Test
  void everyLayerVertexAndPreprocessorHasARule() throws Exception {
    Set<String> without = new TreeSet<>();
    int seen = 0;
    for (Class<?> type : configurations()) {
      seen++;
      if (!BuiltInRules.rules().covers(type) && !WITHOUT.containsKey(type)) {
        without.add(type.getName());
      }
    }
    assertEquals(Set.of(), without);
    assertTrue(seen > 80, "found %d classes only".formatted(seen));
  }

  private static Set<Class<?>> configurations() throws IOException, ClassNotFoundException {
    Set<Class<?>> found = new java.util.LinkedHashSet<>();
    Path jar = Path.of(Layer.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String name : file.stream().map(entry -> entry.getName()).toList()) {
        if (name.startsWith("org/deeplearning4j/nn/conf/") && name.endsWith(".class")) {
          Class<?> type =
              Class.forName(
                  name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                  false,
                  RuleCoverageTest.class.getClassLoader());
          boolean configures =
              Layer.class.isAssignableFrom(type)
                  || GraphVertex.class.isAssignableFrom(type)
                  || InputPreProcessor.class.isAssignableFrom(type);
          if (configures && !Modifier.isAbstract(type.getModifiers())) {
            found.add(type);
          }
        }
      }
    }
    return found;
  }
}

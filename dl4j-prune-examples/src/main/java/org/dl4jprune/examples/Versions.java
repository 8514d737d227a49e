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
package org.dl4jprune.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/** What a result was made with. */
public final class Versions {
  private Versions() {}

  /**
   * The version of this project.
   *
   * @return as in its pom
   */
  public static String project() {
    return build().getProperty("project");
  }

  private static Properties build() {
    Properties build = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read versions.properties", e);
    }
    return build;
  }

  /** Names this project, the platform, its backend and Java. */
  static Map<String, String> all() {
    Properties build = build();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("dl4j-prune", build.getProperty("project"));
    versions.put(
        "Deeplearning4j",
        "%s on %s"
            .formatted(build.getProperty("dl4j"), Nd4j.getBackend().getClass().getSimpleName()));
    versions.put(
        "Java",
        "%s, %s %s"
            .formatted(
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
    return versions;
  }
}

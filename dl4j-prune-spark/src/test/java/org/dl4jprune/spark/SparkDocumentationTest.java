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
package org.dl4jprune.spark;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocks of the documentation that need Spark compile; the others are compiled elsewhere. */
class SparkDocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("```java spark\\n(.*?)```", Pattern.DOTALL);
  private static final String HEAD =
      """
      import java.util.*;
      import org.apache.spark.api.java.*;
      import org.deeplearning4j.nn.multilayer.*;
      import org.deeplearning4j.spark.impl.multilayer.*;
      import org.deeplearning4j.spark.impl.paramavg.*;
      import org.dl4jprune.federated.*;
      import org.dl4jprune.listeners.*;
      import org.dl4jprune.spark.*;
      import org.nd4j.linalg.api.ndarray.*;
      import org.nd4j.linalg.dataset.*;
      public class Example {
        public static void run(
            JavaSparkContext sc, MultiLayerNetwork network, JavaRDD<DataSet> data, int workers)
            throws Exception {
      """;

  @Test
  void compiles(@TempDir Path folder) throws IOException {
    List<String> blocks = new ArrayList<>();
    try (Stream<Path> pages =
        Stream.concat(Stream.of(ROOT.resolve("README.md")), Files.list(ROOT.resolve("docs")))) {
      for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
        Matcher block = BLOCK.matcher(Files.readString(page));
        while (block.find()) {
          blocks.add(block.group(1));
        }
      }
    }
    assertFalse(blocks.isEmpty(), "no block was found");
    for (String block : blocks) {
      StringWriter messages = new StringWriter();
      boolean compiled =
          ToolProvider.getSystemJavaCompiler()
              .getTask(
                  messages,
                  null,
                  null,
                  List.of("-d", folder.toString(), "-proc:none"),
                  null,
                  List.of(
                      new SimpleJavaFileObject(
                          URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                          return HEAD + block + "\n}}";
                        }
                      }))
              .call();
      assertTrue(compiled, messages::toString);
    }
  }
}

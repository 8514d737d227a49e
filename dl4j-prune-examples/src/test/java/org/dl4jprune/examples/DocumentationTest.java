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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** The Java of the documentation compiles, and the README's first example does what it says. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final String IMPORTS =
      """
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;
      import org.deeplearning4j.nn.graph.*;
      import org.deeplearning4j.nn.multilayer.*;
      import org.deeplearning4j.util.*;
      import org.dl4jprune.allocation.*;
      import org.dl4jprune.compare.*;
      import org.dl4jprune.criterion.*;
      import org.dl4jprune.federated.*;
      import org.dl4jprune.gates.*;
      import org.dl4jprune.listeners.*;
      import org.dl4jprune.lottery.*;
      import org.dl4jprune.method.*;
      import org.dl4jprune.model.*;
      import org.dl4jprune.pattern.*;
      import org.dl4jprune.schedule.*;
      import org.dl4jprune.search.*;
      import org.dl4jprune.training.*;
      import org.dl4jprune.transform.*;
      import org.dl4jprune.structure.*;
      import org.nd4j.autodiff.samediff.*;
      import org.nd4j.linalg.api.ndarray.*;
      import org.nd4j.linalg.ops.transforms.*;
      import org.nd4j.linalg.dataset.api.*;
      import org.nd4j.linalg.dataset.api.iterator.*;
      """;

  private record Source(String document, String code) {
    @Override
    public String toString() {
      return document + ": " + code.lines().findFirst().orElse("");
    }
  }

  static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
      pages.filter(page -> page.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    for (Path document : documents) {
      Matcher block = BLOCK.matcher(Files.readString(document));
      while (block.find()) {
        sources.add(new Source(document.getFileName().toString(), block.group(1)));
      }
    }
    return sources;
  }

  private static Method compile(String code, Path folder) throws Exception {
    String type =
        IMPORTS
            + "public class Example { public static void run(MultiLayerNetwork network,"
            + " ComputationGraph graph, SameDiff sameDiff, DataSetIterator train,"
            + " List<MultiDataSet> batches) throws Exception {\n"
            + code
            + "\n}}";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
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
                        return type;
                      }
                    }))
            .call();
    assertTrue(compiled, messages::toString);
    URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, DocumentationTest.class.getClassLoader());
    return loader.loadClass("Example").getMethods()[0];
  }

  @ParameterizedTest
  @MethodSource("sources")
  void compiles(Source source, @TempDir Path folder) throws Exception {
    compile(source.code(), folder);
  }

  @Test
  void theFirstExamplePrunesToNinetyPercent(@TempDir Path folder) throws Exception {
    MultiLayerNetwork network = Networks.mlp(1, new Adam(1e-3), DataType.FLOAT);
    DataSetIterator train = FashionMnist.sample().limit(1200).train(10, 1);
    compile(sources().get(0).code(), folder).invoke(null, network, null, null, train, null);
    long zeros = 0;
    for (String name : List.of("0_W", "1_W", "2_W")) {
      INDArray weights = network.getParam(name);
      zeros += weights.eq(0).castTo(DataType.INT64).sumNumber().longValue();
    }
    assertEquals(Math.round(0.9 * (784 * 300 + 300 * 100 + 100 * 10)), zeros);
  }
}

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
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.dl4jprune.cli.Commands;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.report.Experiment;
import org.dl4jprune.examples.report.ReportFolder;
import org.dl4jprune.examples.report.ResultsTable;
import org.dl4jprune.examples.run.Architecture;
import org.dl4jprune.examples.run.Comparison;
import org.dl4jprune.examples.run.Engine;
import org.dl4jprune.examples.run.Method;
import org.dl4jprune.examples.run.RunResult;
import org.dl4jprune.examples.run.Setting;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Trains one network on Fashion-MNIST by several pruning methods and compares what comes out: the
 * command line over {@link Comparison}.
 */
@Command(
    name = "prune-while-training",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains one network on Fashion-MNIST by several pruning methods, all with the same seed and"
          + " number of steps, and compares accuracy, time and size.",
      ""
    })
public final class PruneWhileTraining implements Callable<Integer> {
  private static final Set<Method> DEFAULT_METHODS =
      EnumSet.of(Method.DENSE, Method.ONE_SHOT_AT_END, Method.ONE_SHOT, Method.GMP, Method.GRANET);

  @Spec private CommandSpec spec;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description =
          "Repeat it for several: ${COMPLETION-CANDIDATES}. Default: all but rigl and set.")
  private List<Method> methods = List.copyOf(DEFAULT_METHODS);

  @Option(
      names = "--sparsity",
      paramLabel = "FRACTION",
      description = "The fraction of zeros. Default: ${DEFAULT-VALUE}.")
  private double sparsity = 0.9;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often all images are seen. Default: ${DEFAULT-VALUE}.")
  private int epochs = 2;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "The images of one step. Default: ${DEFAULT-VALUE}.")
  private int batch = 16;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What everything random follows from. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Architecture network = Architecture.LENET5;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "One of ${COMPLETION-CANDIDATES}; samediff has mlp and lenet5."
              + " Default: ${DEFAULT-VALUE}.")
  private Engine engine = Engine.DL4J;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with the four gzipped IDX files of all 70,000 images, such as "
              + FashionMnist.STANDARD_FOLDER
              + ". Default: the sample of 12,000 that ships with the examples.")
  private Path data;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Trains on the first N images only. Default: all.")
  private Integer limit;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where index.html and results.json go. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("target", "report");

  private PruneWhileTraining() {}

  /**
   * Runs the command and ends the program with its exit code.
   *
   * @param arguments the options
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * Makes the command, for programs that run it themselves.
   *
   * @return the command; its {@code execute} gives 0, 1 for a failure while running, or 2 for bad
   *     input
   */
  public static CommandLine commandLine() {
    CommandLine line = Commands.of(new PruneWhileTraining());
    line.registerConverter(Method.class, text -> choose(text, Method.values()));
    line.registerConverter(Architecture.class, text -> choose(text, Architecture.values()));
    line.registerConverter(Engine.class, text -> choose(text, Engine.values()));
    return line;
  }

  private static <E extends Enum<E>> E choose(String text, E[] choices) {
    return Arrays.stream(choices)
        .filter(choice -> choice.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is unknown; choose one of %s"
                        .formatted(text, Arrays.toString(choices).replaceAll("[\\[\\]]", ""))));
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    FashionMnist images;
    Setting setting;
    ReportFolder folder;
    try {
      images = data == null ? FashionMnist.sample() : FashionMnist.in(data);
      images = limit == null ? images : images.limit(limit);
      setting = new Setting(network, engine, sparsity, epochs, batch, seed, images.trainCount());
      folder = new ReportFolder(report);
    } catch (IllegalArgumentException mistake) {
      throw new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
    }
    Comparison comparison = new Comparison(setting, images, EnumSet.copyOf(methods));
    List<RunResult> results = train(comparison);
    double seconds = (System.nanoTime() - start) / 1e9;
    Path page = folder.write(experiment(setting, images, seconds, results));
    spec.commandLine().getOut().println(ResultsTable.text(results));
    spec.commandLine().getOut().println("The whole report: " + page.toUri());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  private List<RunResult> train(Comparison comparison) {
    Progress progress =
        new Progress(
            spec.commandLine().getErr(), System.console() != null, comparison.steps(), epochs);
    try {
      return comparison.run(progress);
    } finally {
      progress.end();
    }
  }

  private Experiment experiment(
      Setting setting, FashionMnist images, double seconds, List<RunResult> results) {
    List<String> typed = spec.commandLine().getParseResult().originalArgs();
    return new Experiment(
        (spec.name() + " " + String.join(" ", typed)).strip(),
        setting,
        data == null ? "the sample that ships with the examples" : data.toString(),
        images.testCount(),
        Versions.all(),
        ZonedDateTime.now()
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
        seconds,
        results);
  }
}

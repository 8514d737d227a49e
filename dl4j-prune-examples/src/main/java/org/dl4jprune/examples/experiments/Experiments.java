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
package org.dl4jprune.examples.experiments;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.file.AtomicFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the long measurements of {@code docs/RESULTS.md}; an interrupted run goes on. */
@Command(
    name = "experiments",
    mixinStandardHelpOptions = true,
    description = "Runs the measurements of docs/RESULTS.md; finished cases are not repeated.")
public final class Experiments implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--only", description = "run only the experiments of these names")
  private List<String> only = List.of();

  @Option(
      names = "--data",
      description = "folder of the four Fashion-MNIST files; default: ${DEFAULT-VALUE}",
      defaultValue = FashionMnist.STANDARD_FOLDER)
  private Path data;

  @Option(names = "--seeds", description = "how many seeds; default: ${DEFAULT-VALUE}")
  private int seeds = 3;

  @Option(
      names = "--out",
      description = "folder of finished cases and tables; default: ${DEFAULT-VALUE}",
      defaultValue = "target/experiments")
  private Path out;

  private Experiments() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Experiments()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<Study> chosen = new ArrayList<>(all(images(), out));
    List<String> names = chosen.stream().map(Study::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new ParameterException(
            spec.commandLine(), "No study is called %s; there are %s".formatted(name, names));
      }
    }
    chosen.removeIf(study -> !only.isEmpty() && !only.contains(study.name()));
    List<Long> numbers = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      numbers.add(seed);
    }
    for (Study study : chosen) {
      run(study, numbers);
    }
    return 0;
  }

  private FashionMnist images() {
    try {
      return FashionMnist.in(data);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static List<Study> all(FashionMnist data, Path out) {
    return List.of(
        WhilePruning.allImages(data),
        WhilePruning.highSparsity(data),
        WhilePruning.convolutional(data),
        new AfterTraining(data),
        new Collapse(data),
        new BeforeTraining(data),
        new RateDistortionStudy(data, out.resolve("rate-distortion-files")),
        new BiLevel(data.limit(20_000)),
        new ParticipationStudy(data),
        new SuperResolution(data.limit(Math.min(10_000, data.trainCount())), 1_000, 600, 300),
        new SoftShrinkageInClassifier(data.limit(Math.min(20_000, data.trainCount()))),
        new RelevanceMoons(),
        new RelevancePruning(data),
        new ObspaStudy(data.limit(Math.min(20_000, data.trainCount()))),
        new DepthCost(data.limit(500)),
        new DepthBeforeTraining(data.limit(3_000)),
        Lottery.lenet(data, out.resolve("lottery-files")),
        Lottery.deep(data, out.resolve("lottery-depth-files")),
        new Soups(data, out.resolve("soups-files")),
        new ScratchStudy(data, 4, out.resolve("scratch-files")),
        new OracleStudy(data, out.resolve("oracle-files")),
        new SparsityInformedStudy(data, out.resolve("sap-files")),
        new FederatedStudy(
            data.limit(Math.min(10_000, data.trainCount())), out.resolve("fedtiny-files")),
        PolarizationStudy.perceptron(data),
        PolarizationStudy.lenet5(data),
        PolarizationStudy.residual(data));
  }

  private void run(Study study, List<Long> numbers) throws IOException {
    Results results = Results.in(out, study);
    List<Case> cases = study.cases(numbers);
    long open = cases.stream().filter(one -> !results.has(one)).count();
    long done = 0;
    long start = System.nanoTime();
    for (Case one : cases) {
      if (results.has(one)) {
        continue;
      }
      results.put(one, one.measure().get());
      done++;
      Duration each = Duration.ofNanos((System.nanoTime() - start) / done);
      System.out.printf(
          "%s: %d of %d done (%s, seed %d), about %d s left%n",
          study.name(),
          done,
          open,
          one.group(),
          one.seed(),
          each.multipliedBy(open - done).toSeconds());
    }
    String text =
        "## %s (`%s`)%n%n%s%n%n%s"
            .formatted(study.title(), study.name(), study.setting(), results.table(cases));
    AtomicFile.text(out.resolve(study.name() + ".md"), text);
    Optional<String> page = study.page(results);
    if (page.isPresent()) {
      AtomicFile.text(out.resolve(study.name() + ".html"), page.get());
    }
    System.out.println(text);
  }
}

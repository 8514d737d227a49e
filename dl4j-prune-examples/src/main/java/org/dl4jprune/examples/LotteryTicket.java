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

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jprune.cli.Commands;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.report.LotteryPage;
import org.dl4jprune.examples.report.ReportFolder;
import org.dl4jprune.lottery.LotteryControls.Control;
import org.dl4jprune.lottery.LotteryResult;
import org.dl4jprune.lottery.LotteryRound;
import org.dl4jprune.lottery.LotteryTicketBuilder;
import org.dl4jprune.training.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Draws lottery tickets of LeNet-300-100 on Fashion-MNIST and compares the last one with its
 * controls: new initial weights, and a random mask. Started again, it goes on where it was killed.
 */
@Command(
    name = "lottery-ticket",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws lottery tickets of a perceptron on Fashion-MNIST by iterative magnitude pruning with"
          + " rewinding, and compares the last one with its controls.",
      ""
    })
public final class LotteryTicket implements Callable<Integer> {
  private static final double RATE = 0.05;
  private static final int TEST_BATCH = 1000;

  /** All but fine-tuning, as the learning rate ends at zero. */
  private static final List<Control> CONTROLS =
      List.of(Control.RANDOM_REINITIALISATION, Control.RANDOM_MASK, Control.NO_REWINDING);

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often it prunes and trains again. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--prune",
      paramLabel = "FRACTION",
      description = "What each round takes of what is left. Default: ${DEFAULT-VALUE}.")
  private double fraction = 0.5;

  @Option(
      names = "--rewind",
      paramLabel = "SHARE",
      description =
          "The rewind point over the training; 0 is the start. Default: ${DEFAULT-VALUE}.")
  private double share = 0.02;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often each training sees all images. Default: ${DEFAULT-VALUE}.")
  private int epochs = 6;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "The images of one step. Default: ${DEFAULT-VALUE}.")
  private int batch = 64;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Trains on the first N images only. Default: all of the sample.")
  private Integer limit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What everything random follows from. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where index.html, results.json and the tickets go. Default: ${DEFAULT-VALUE}.")
  private Path report = Path.of("target", "lottery");

  private LotteryTicket() {}

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
    return Commands.of(new LotteryTicket());
  }

  @Override
  public Integer call() throws IOException {
    FashionMnist images;
    ReportFolder folder;
    org.dl4jprune.lottery.LotteryTicket lottery;
    try {
      images = limit == null ? FashionMnist.sample() : FashionMnist.sample().limit(limit);
      folder = new ReportFolder(report);
      lottery = lottery(images).build();
    } catch (IllegalArgumentException mistake) {
      throw new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
    }
    LotteryResult result;
    try {
      result = lottery.run();
    } catch (IllegalArgumentException mistake) {
      throw new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
    }
    spec.commandLine().getOut().println(result.toText());
    List<LotteryPage.Row> rows = new ArrayList<>();
    Map<Integer, Double> tickets = new LinkedHashMap<>();
    result.rounds().forEach(round -> tickets.put(round.round(), 100 * round.score()));
    rows.add(new LotteryPage.Row("tickets", tickets));
    int last = result.rounds().size() - 1;
    if (last > 0) {
      for (Control control : CONTROLS) {
        String label = control.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        double accuracy = 100 * lottery.controls().train(last, control);
        rows.add(new LotteryPage.Row(label, Map.of(last, accuracy)));
        spec.commandLine().getOut().printf(Locale.ROOT, "%s: %.2f %%%n", label, accuracy);
      }
    }
    List<Double> sparsities = result.rounds().stream().map(LotteryRound::sparsity).toList();
    Path page =
        folder.write(
            new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("rounds", result.rounds(), "rows", rows)),
            LotteryPage.of(rows, sparsities, facts(images)));
    spec.commandLine().getOut().println("The whole report: " + page.toUri());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  private LotteryTicketBuilder lottery(FashionMnist images) {
    positive("--epochs", epochs);
    positive("--batch", batch);
    int steps = epochs * ((images.trainCount() + batch - 1) / batch);
    String files =
        "files-%d-%s-%d-%d-%d-%d"
            .formatted(seed, share, epochs, batch, images.trainCount(), Double.hashCode(fraction));
    return org.dl4jprune.lottery.LotteryTicket.builder()
        .model(
            number ->
                Networks.mlp(
                    number,
                    new Nesterovs(new PolySchedule(ScheduleType.ITERATION, RATE, 1, steps), 0.9),
                    DataType.FLOAT))
        .trainer(Trainer.onDataSets(order -> images.train(batch, order)))
        .evaluate(model -> ((MultiLayerNetwork) model).evaluate(images.test(TEST_BATCH)).accuracy())
        .iterations(steps)
        .rewindToShare(share)
        .pruneFraction(fraction)
        .rounds(rounds)
        .seed(seed)
        .directory(report.resolve(files));
  }

  private static void positive(String option, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s %d is too few; give at least 1".formatted(option, value));
    }
  }

  private Map<String, String> facts(FashionMnist images) {
    Map<String, String> facts = new LinkedHashMap<>();
    List<String> typed = spec.commandLine().getParseResult().originalArgs();
    facts.put("command", (spec.name() + " " + String.join(" ", typed)).strip());
    facts.put("network", "LeNet-300-100");
    facts.put(
        "images",
        "%d to train, %d to test, of the sample that ships with the examples"
            .formatted(images.trainCount(), images.testCount()));
    facts.put("rewound to", "%s of the training".formatted(share));
    facts.put("seed", String.valueOf(seed));
    facts.putAll(Versions.all());
    return facts;
  }
}

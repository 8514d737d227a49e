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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jprune.cli.Commands;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.report.PolarizationPage;
import org.dl4jprune.examples.report.ReportFolder;
import org.dl4jprune.examples.run.ConsensusRun;
import org.dl4jprune.gates.GateCost;
import org.dl4jprune.gates.Granularity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Trains a perceptron with gates that a polarisation turns into constants, takes them out, and
 * compares the smaller network with a control without polarisation and with a plain network of the
 * same widths.
 */
@Command(
    name = "polarization",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "One training on Fashion-MNIST that ends with a smaller static network.")
public final class Polarization implements Callable<Integer> {
  private static final int HIDDEN = 256;

  @Spec private CommandSpec spec;

  @Option(
      names = "--sparsity",
      description = "the share of the gates that is to go; default: ${DEFAULT-VALUE}")
  private double sparsity = 0.5;

  @Option(
      names = "--polarization",
      description = "its weight at the end of its ramp; default: ${DEFAULT-VALUE}")
  private double polarization = 50;

  @Option(names = "--one-sided", description = "push down to the target only, do not pull up to it")
  private boolean oneSided;

  @Option(names = "--epochs", description = "default: ${DEFAULT-VALUE}")
  private int epochs = 18;

  @Option(names = "--batch", description = "images of one step; default: ${DEFAULT-VALUE}")
  private int batch = 128;

  @Option(names = "--limit", description = "training images; default: all of the sample")
  private Integer limit;

  @Option(names = "--seed", description = "of everything random; default: ${DEFAULT-VALUE}")
  private long seed = 1;

  @Option(names = "--report", description = "where the page goes; default: ${DEFAULT-VALUE}")
  private Path report = Path.of("target", "polarization");

  private Polarization() {}

  /**
   * Runs the command and ends the program with its exit code.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * Makes the command, for programs that run it themselves.
   *
   * @return the command
   */
  public static CommandLine commandLine() {
    return Commands.of(new Polarization());
  }

  @Override
  public Integer call() throws IOException {
    ConsensusRun with;
    ConsensusRun without;
    ReportFolder folder;
    FashionMnist data;
    try {
      data = limit == null ? FashionMnist.sample() : FashionMnist.sample().limit(limit);
      with = run(data, polarization);
      without = run(data, 0);
      folder = new ReportFolder(report);
      if (epochs < 1 || batch < 2 || !(sparsity >= 0 && sparsity < 1) || !(polarization >= 0)) {
        throw new IllegalArgumentException(
            "epochs %d must be at least 1, batch %d at least 2, sparsity %s in [0, 1), polarization %s not negative"
                .formatted(epochs, batch, sparsity, polarization));
      }
    } catch (IllegalArgumentException mistake) {
      throw new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
    }
    say("training %,d steps with polarisation ...", with.iterations());
    ConsensusRun.Result polarised = with.run(network(HIDDEN, HIDDEN, HIDDEN));
    say("%s", polarised.consensus().toText());
    say("the control without polarisation ...");
    ConsensusRun.Result control = without.run(network(HIDDEN, HIDDEN, HIDDEN));
    say("a plain network of the final widths ...");
    ComputationGraph plain = network(widths(polarised.network()));
    plain.fit(data.train(batch, seed), epochs);
    double baseline = with.accuracy(plain);
    for (List<String> row : PolarizationPage.rows(polarised, control, baseline)) {
      say("%-34s %s", row.get(0), String.join("  ", row.subList(1, row.size())));
    }
    String lead =
        String.format(
            Locale.ROOT,
            "A perceptron with three hidden layers of %d units on %,d images of Fashion-MNIST, %d"
                + " epochs of batch %d, Adam, seed %d; %.0f %% of the gates are to go.",
            HIDDEN,
            data.trainCount(),
            epochs,
            batch,
            seed,
            100 * sparsity);
    Path page = folder.write(PolarizationPage.of(lead, polarised, control, baseline));
    say("The whole report: %s", page.toUri());
    return CommandLine.ExitCode.OK;
  }

  private ConsensusRun run(FashionMnist data, double weight) {
    return new ConsensusRun(
        data,
        epochs,
        batch,
        seed,
        sparsity,
        weight,
        oneSided,
        Granularity.CHANNEL,
        GateCost.UNIFORM);
  }

  private ComputationGraph network(int... hidden) {
    return Networks.perceptron(seed, new Adam(1e-3), DataType.FLOAT, hidden);
  }

  private static int[] widths(ComputationGraph network) {
    return java.util.Arrays.stream(network.getLayers())
        .map(layer -> layer.conf().getLayer())
        .filter(DenseLayer.class::isInstance)
        .mapToInt(layer -> (int) ((DenseLayer) layer).getNOut())
        .toArray();
  }

  private void say(String format, Object... values) {
    spec.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    spec.commandLine().getOut().flush();
  }
}

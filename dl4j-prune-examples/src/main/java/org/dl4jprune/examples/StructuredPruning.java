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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.cli.Commands;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.examples.report.RemovalPage;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.PerCost;
import org.dl4jprune.structure.PlanPicture;
import org.dl4jprune.transform.PruningScope;
import org.dl4jprune.transform.Thinned;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a network, removes half of its operations, fine-tunes it, and measures both. */
@Command(
    name = "structured-pruning",
    mixinStandardHelpOptions = true,
    description =
        "Trains a network on Fashion-MNIST, removes channels, fine-tunes, and measures both.")
public final class StructuredPruning implements Callable<Integer> {
  private static final int BATCH = 32;

  @Spec private CommandSpec spec;

  @Option(
      names = "--operations",
      description = "fraction of the multiply-accumulates to remove; default: ${DEFAULT-VALUE}")
  private double fraction = 0.5;

  @Option(names = "--net", description = "lenet, lenet5 or resnet; default: ${DEFAULT-VALUE}")
  private String net = "lenet";

  @Option(
      names = "--even",
      description = "thin all layers alike, in place of where an operation is worth least")
  private boolean even;

  @Option(names = "--epochs", description = "of the training; default: ${DEFAULT-VALUE}")
  private int epochs = 2;

  @Option(names = "--tuning-epochs", description = "after removal; default: ${DEFAULT-VALUE}")
  private int tuningEpochs = 1;

  @Option(
      names = "--data",
      description = "folder of the four Fashion-MNIST files; the bundled sample by default")
  private Path folder;

  @Option(names = "--limit", description = "training images; default: 4000 of the sample, or all")
  private int limit;

  @Option(names = "--timed", description = "inferences that are timed; default: ${DEFAULT-VALUE}")
  private int timed = 60;

  @Option(names = "--seed", description = "of everything random; default: ${DEFAULT-VALUE}")
  private long seed = 1;

  @Option(
      names = "--out",
      description = "folder of the page, the plan and both models; default: ${DEFAULT-VALUE}")
  private Path out = Path.of("target/structured-pruning");

  private StructuredPruning() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(command().execute(arguments));
  }

  static CommandLine command() {
    return Commands.of(new StructuredPruning());
  }

  @Override
  public Integer call() throws IOException {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--operations %s lies outside [0, 1); it is the fraction to remove".formatted(fraction));
    }
    Model trained = network();
    FashionMnist data = data();
    MultiDataSet example = data.test(1).next().toMultiDataSet();
    System.out.println("training ...");
    fit(trained, data.train(BATCH, seed), epochs);
    Thinned thinned;
    try {
      thinned = prune(trained, example);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    System.out.println(thinned.toText());
    Model smaller = (Model) thinned.model().unwrap();
    double raw = accuracy(smaller, data);
    System.out.println("fine-tuning ...");
    fit(smaller, data.train(BATCH, seed + 1), tuningEpochs);
    save(trained, "before.zip");
    save(smaller, "after.zip");
    double[][] times = {milliseconds(trained, smaller, 1), milliseconds(trained, smaller, BATCH)};
    RemovalPage.Row tuned = row("fine-tuned", smaller, accuracy(smaller, data), example, times, 1);
    List<RemovalPage.Row> rows =
        List.of(
            row("trained", trained, accuracy(trained, data), example, times, 0),
            new RemovalPage.Row(
                "channels removed",
                raw,
                tuned.parameters(),
                tuned.operations(),
                tuned.bytes(),
                tuned.one(),
                tuned.batch()),
            tuned);
    System.out.println(RemovalPage.table(rows));
    write("plan.json", thinned.plan().toJson());
    String arguments = String.join(" ", spec.commandLine().getParseResult().originalArgs());
    write(
        "index.html",
        RemovalPage.html(
            "structured-pruning " + arguments,
            rows,
            PlanPicture.svg(thinned.groups(), thinned.plan()),
            thinned.groups().explain()));
    System.out.println("The page is " + out.resolve("index.html"));
    return 0;
  }

  private Thinned prune(Model trained, MultiDataSet example) {
    org.dl4jprune.transform.StructuredPruning pruning =
        org.dl4jprune.transform.StructuredPruning.of(trained)
            .multiplyAccumulates(fraction, example);
    if (!even) {
      pruning
          .importance(
              new PerCost(
                  new GroupImportance(new Magnitude(), Aggregation.SUM, Normalisation.MEAN),
                  groups -> Cost.multiplyAccumulates(groups, example)))
          .scope(PruningScope.GLOBAL);
    }
    return pruning.prune();
  }

  private FashionMnist data() {
    try {
      FashionMnist all = folder == null ? FashionMnist.sample() : FashionMnist.in(folder);
      int images = limit == 0 && folder == null ? 4_000 : limit;
      return images == 0 ? all : all.limit(images);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Model network() {
    return switch (net) {
      case "lenet" -> Networks.lenet(seed, new Adam(1e-3), DataType.FLOAT);
      case "lenet5" -> Networks.lenet5(seed, new Adam(1e-3), DataType.FLOAT);
      case "resnet" -> Networks.resnet(seed, new Adam(1e-3), DataType.FLOAT);
      default ->
          throw new ParameterException(
              spec.commandLine(),
              "There is no network %s; choose lenet, lenet5 or resnet".formatted(net));
    };
  }

  private static void fit(Model model, DataSetIterator data, int epochs) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(data, epochs);
    } else {
      ((ComputationGraph) model).fit(data, epochs);
    }
  }

  private static double accuracy(Model model, FashionMnist data) {
    DataSetIterator test = data.test(500);
    return model instanceof MultiLayerNetwork network
        ? network.evaluate(test).accuracy()
        : ((ComputationGraph) model)
            .<org.nd4j.evaluation.classification.Evaluation>evaluate(test)
            .accuracy();
  }

  private void save(Model model, String name) throws IOException {
    Files.createDirectories(out);
    AtomicFile.stream(out.resolve(name), to -> ModelSerializer.writeModel(model, to, false));
  }

  private void write(String name, String text) throws IOException {
    AtomicFile.text(out.resolve(name), text);
  }

  private RemovalPage.Row row(
      String name,
      Model model,
      double accuracy,
      MultiDataSet example,
      double[][] times,
      int place) {
    File file = out.resolve(place == 0 ? "before.zip" : "after.zip").toFile();
    return new RemovalPage.Row(
        name,
        accuracy,
        model.numParams(),
        Cost.multiplyAccumulates(ChannelGroups.of(model), example).after(Set.of()),
        file.length(),
        times[0][place],
        times[1][place]);
  }

  /**
   * The median times of an inference of both, measured in turns so that both meet the same noise.
   */
  private double[] milliseconds(Model before, Model after, int images) {
    INDArray input = Nd4j.rand(images, FashionMnist.PIXELS);
    Model[] models = {before, after};
    double[][] times = new double[models.length][timed];
    for (int i = -timed / 3; i < timed; i++) {
      for (int m = 0; m < models.length; m++) {
        long start = System.nanoTime();
        infer(models[m], input);
        if (i >= 0) {
          times[m][i] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    return Arrays.stream(times).mapToDouble(StructuredPruning::median).toArray();
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static void infer(Model model, INDArray input) {
    if (model instanceof MultiLayerNetwork network) {
      network.output(input);
    } else {
      ((ComputationGraph) model).output(input);
    }
  }
}

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
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.examples.data.FashionMnist;
import org.dl4jprune.examples.net.Networks;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.transform.StructuredPruning;
import org.dl4jprune.transform.Thinned;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
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
    name = "remove-channels",
    mixinStandardHelpOptions = true,
    description = "Trains LeNet on Fashion-MNIST, removes channels, fine-tunes, and measures both.")
public final class RemoveChannels implements Callable<Integer> {
  private static final int BATCH = 32;
  private static final int WARM_UP = 20;
  private static final int TIMED = 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--operations",
      description = "fraction of the multiply-accumulates to remove; default: ${DEFAULT-VALUE}")
  private double fraction = 0.5;

  @Option(names = "--net", description = "lenet or lenet5; default: ${DEFAULT-VALUE}")
  private String net = "lenet";

  @Option(names = "--epochs", description = "of the training; default: ${DEFAULT-VALUE}")
  private int epochs = 2;

  @Option(names = "--tuning-epochs", description = "after removal; default: ${DEFAULT-VALUE}")
  private int tuningEpochs = 1;

  @Option(names = "--limit", description = "training images; default: ${DEFAULT-VALUE}")
  private int limit = 4_000;

  @Option(names = "--seed", description = "of everything random; default: ${DEFAULT-VALUE}")
  private long seed = 1;

  @Option(names = "--save", description = "where to save the smaller model")
  private Path save;

  private RemoveChannels() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RemoveChannels()).execute(arguments));
  }

  /** What is measured of a model. */
  private record Row(
      String name,
      double accuracy,
      long parameters,
      long operations,
      long bytes,
      double one,
      double batch) {
    String text() {
      return "%-22s %8.2f %% %,12d %,14d %,12d %9.2f %9.2f"
          .formatted(name, 100 * accuracy, parameters, operations, bytes, one, batch);
    }
  }

  @Override
  public Integer call() throws IOException {
    FashionMnist data = FashionMnist.sample().limit(limit);
    MultiLayerNetwork network = network();
    MultiDataSet example = data.test(1).next().toMultiDataSet();
    System.out.println("training ...");
    network.fit(data.train(BATCH, seed), epochs);
    Row before = measure("trained", network, data, example);

    StructuredPruning pruning =
        StructuredPruning.of(network).multiplyAccumulates(fraction, example);
    Thinned thinned;
    try {
      thinned = pruning.prune();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    MultiLayerNetwork smaller = (MultiLayerNetwork) thinned.model().unwrap();
    System.out.println(thinned.toText());
    Row cut = measure("channels removed", smaller, data, example);
    System.out.println("fine-tuning ...");
    smaller.fit(data.train(BATCH, seed + 1), tuningEpochs);
    Row tuned = measure("fine-tuned", smaller, data, example);

    System.out.printf(
        "%-22s %10s %12s %14s %12s %9s %9s%n",
        "", "accuracy", "parameters", "operations", "file bytes", "ms (1)", "ms (32)");
    for (Row row : List.of(before, cut, tuned)) {
      System.out.println(row.text());
    }
    System.out.printf(
        "%.2f times fewer operations: %.2f times faster for one image, %.2f for 32%n",
        (double) before.operations() / tuned.operations(),
        before.one() / tuned.one(),
        before.batch() / tuned.batch());
    if (save != null) {
      thinned.save(save.toFile());
    }
    return 0;
  }

  private MultiLayerNetwork network() {
    return switch (net) {
      case "lenet" -> Networks.lenet(seed, new Adam(1e-3), DataType.FLOAT);
      case "lenet5" -> Networks.lenet5(seed, new Adam(1e-3), DataType.FLOAT);
      default ->
          throw new ParameterException(
              spec.commandLine(), "There is no network %s; choose lenet or lenet5".formatted(net));
    };
  }

  private static Row measure(
      String name, MultiLayerNetwork network, FashionMnist data, MultiDataSet example)
      throws IOException {
    File file = File.createTempFile("dl4j-prune", ".zip");
    try {
      ModelSerializer.writeModel(network, file, false);
      ChannelGroups groups = ChannelGroups.of(network);
      return new Row(
          name,
          network.evaluate(data.test(500)).accuracy(),
          network.numParams(),
          Cost.multiplyAccumulates(groups, example).after(java.util.Set.of()),
          file.length(),
          milliseconds(network, 1),
          milliseconds(network, BATCH));
    } finally {
      Files.delete(file.toPath());
    }
  }

  /** The median time of an inference. */
  private static double milliseconds(MultiLayerNetwork network, int images) {
    INDArray input = Nd4j.rand(images, FashionMnist.PIXELS);
    double[] times = new double[TIMED];
    for (int i = -WARM_UP; i < TIMED; i++) {
      long start = System.nanoTime();
      network.output(input);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    return times[TIMED / 2];
  }
}

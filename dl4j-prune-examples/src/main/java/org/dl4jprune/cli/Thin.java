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
package org.dl4jprune.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dl4jprune.criterion.Criterion;
import org.dl4jprune.criterion.FilterCriterion;
import org.dl4jprune.criterion.Fpgm;
import org.dl4jprune.criterion.Magnitude;
import org.dl4jprune.criterion.NormScale;
import org.dl4jprune.criterion.SquaredMagnitude;
import org.dl4jprune.file.AtomicFile;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.structure.Aggregation;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Cost;
import org.dl4jprune.structure.FilterImportance;
import org.dl4jprune.structure.GroupImportance;
import org.dl4jprune.structure.LatencyTable;
import org.dl4jprune.structure.Normalisation;
import org.dl4jprune.structure.PerCost;
import org.dl4jprune.structure.PlanPicture;
import org.dl4jprune.structure.RandomImportance;
import org.dl4jprune.structure.UnitImportance;
import org.dl4jprune.transform.Budget;
import org.dl4jprune.transform.PruningScope;
import org.dl4jprune.transform.StructuredPruning;
import org.dl4jprune.transform.Thinned;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes channels of a saved model and saves the smaller one. */
@Command(
    name = "thin",
    mixinStandardHelpOptions = true,
    description = "Removes channels, heads and cells, and saves a smaller model of the same class.")
final class Thin implements Callable<Integer> {
  /** What units are ranked by, as far as it needs no data. */
  enum By {
    L1,
    L2,
    NORM_SCALE,
    FPGM,
    RANDOM
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "a saved model")
  private File model;

  @Parameters(index = "1", paramLabel = "TARGET", description = "where the smaller one goes")
  private File target;

  @Option(names = "--sparsity", required = true, description = "the fraction to remove, in [0, 1)")
  private double sparsity;

  @Option(
      names = "--of",
      description =
          "what the fraction counts: ${COMPLETION-CANDIDATES}; LATENCY measures the layers first;"
              + " default: ${DEFAULT-VALUE}")
  private Budget.Of of = Budget.Of.UNITS;

  @Option(
      names = "--by",
      description = "what units are worth: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private By by = By.L1;

  @Option(
      names = "--per-operation",
      description = "divide the worth by the operations that a unit costs; needs --input")
  private boolean perOperation;

  @Option(
      names = "--scope",
      description = "ranked together: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private PruningScope scope = PruningScope.LOCAL;

  @Option(
      names = "--input",
      description =
          "the shape of one example of an input, such as 1,28,28; once for each input of the model")
  private List<String> inputs = List.of();

  @Option(names = "--layer", description = "GLOB=SPARSITY of the outputs of named layers")
  private Map<String, Double> layers = new LinkedHashMap<>();

  @Option(names = "--protect", description = "layers whose outputs stay")
  private List<String> protect = List.of();

  @Option(names = "--protect-inputs", description = "layers whose inputs stay")
  private List<String> protectInputs = List.of();

  @Option(names = "--round-to", description = "widths are multiples; default: ${DEFAULT-VALUE}")
  private int multiple = 1;

  @Option(names = "--minimum-kept", description = "of each group; default: ${DEFAULT-VALUE}")
  private int minimumKept = 1;

  @Option(names = "--seed", description = "of --by random; default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(names = "--plan", description = "where the plan goes as JSON, for the command apply")
  private Path plan;

  @Option(names = "--report", description = "where the report goes as JSON")
  private Path report;

  @Option(names = "--page", description = "where a page with a picture of the plan goes")
  private Path page;

  @Override
  public Integer call() throws IOException {
    ModelFile file = ModelFile.read(model);
    Thinned thinned;
    try {
      thinned = pruning(file).prune();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(thinned.toText());
    thinned.save(target);
    write(plan, thinned.plan().toJson());
    write(report, thinned.report().toJson());
    write(page, PlanPicture.html(thinned.groups(), thinned.plan()));
    return 0;
  }

  private StructuredPruning pruning(ModelFile file) {
    MultiDataSet example = inputs.isEmpty() ? null : example(file.model().dataType());
    StructuredPruning pruning =
        StructuredPruning.of(file)
            .importance(importance(example))
            .budget(new Budget(of, sparsity, example, table(file, example)))
            .scope(scope)
            .minimumKept(minimumKept)
            .roundTo(multiple)
            .protect(protect.toArray(String[]::new))
            .protectInputs(protectInputs.toArray(String[]::new))
            .seed(seed);
    layers.forEach(pruning::sparsity);
    return example == null ? pruning : pruning.example(example);
  }

  private LatencyTable table(ModelFile file, MultiDataSet example) {
    return of == Budget.Of.LATENCY && example != null
        ? LatencyTable.measure(file.model().unwrap(), example)
        : null;
  }

  private UnitImportance importance(MultiDataSet example) {
    UnitImportance importance =
        switch (by) {
          case L1 -> weights(new Magnitude());
          case L2 -> weights(new SquaredMagnitude());
          case NORM_SCALE -> filters(new NormScale());
          case FPGM -> filters(new Fpgm());
          case RANDOM -> new RandomImportance();
        };
    if (!perOperation) {
      return importance;
    }
    if (example == null) {
      throw new IllegalArgumentException("--per-operation needs --input, such as --input 1,28,28");
    }
    return new PerCost(importance, (ChannelGroups g) -> Cost.multiplyAccumulates(g, example));
  }

  private static UnitImportance weights(Criterion criterion) {
    return new GroupImportance(criterion, Aggregation.SUM, Normalisation.MEAN);
  }

  private static UnitImportance filters(FilterCriterion criterion) {
    return new FilterImportance(criterion, Aggregation.SUM, Normalisation.MEAN);
  }

  private MultiDataSet example(DataType type) {
    INDArray[] features =
        inputs.stream().map(shape -> Nd4j.zeros(type, shape(shape))).toArray(INDArray[]::new);
    return new MultiDataSet(features, null);
  }

  private static long[] shape(String text) {
    try {
      long[] numbers =
          Arrays.stream(text.split(","))
              .mapToLong(number -> Long.parseLong(number.trim()))
              .toArray();
      long[] shape = new long[numbers.length + 1];
      shape[0] = 1;
      System.arraycopy(numbers, 0, shape, 1, numbers.length);
      return shape;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no shape; give whole numbers and commas, such as 1,28,28".formatted(text), e);
    }
  }

  private static void write(Path path, String text) throws IOException {
    if (path != null) {
      AtomicFile.text(path, text);
    }
  }
}

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does to another copy of a model what a saved plan says. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Removes what a saved plan says, from a copy of the model it was made for.")
final class Apply implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "a saved model")
  private File model;

  @Parameters(index = "1", paramLabel = "PLAN", description = "a plan that thin --plan saved")
  private Path plan;

  @Parameters(index = "2", paramLabel = "TARGET", description = "where the result goes")
  private File target;

  @Option(
      names = "--mask",
      description = "set the slices to zero and keep all shapes, in place of removing them")
  private boolean mask;

  @Override
  public Integer call() throws IOException {
    ModelFile file = ModelFile.read(model);
    Surgeon surgeon = new Surgeon(ChannelGroups.of(file.model().unwrap()));
    RemovalPlan removal = RemovalPlan.fromJson(Files.readString(plan));
    file.with(mask ? surgeon.mask(removal) : surgeon.cut(removal)).write(target);
    return 0;
  }
}

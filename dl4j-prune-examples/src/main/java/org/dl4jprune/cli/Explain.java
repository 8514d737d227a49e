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
import java.util.concurrent.Callable;
import org.dl4jprune.model.ModelFile;
import org.dl4jprune.structure.ChannelGroups;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which slices of a saved model live and die together, and what stays and why. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Prints which channels are coupled, and what cannot be removed and why.")
final class Explain implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "a saved model")
  private File model;

  @Override
  public Integer call() throws IOException {
    spec.commandLine()
        .getOut()
        .println(ChannelGroups.of(ModelFile.read(model).model().unwrap()).explain());
    return 0;
  }
}

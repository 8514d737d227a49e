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

import org.dl4jprune.examples.Versions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What all commands have in common: their version, and one line for a mistake. */
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  private Commands() {}

  /**
   * A command line.
   *
   * @param command an object with picocli's annotations
   * @return its {@code execute} gives 0, 1 for a failure while running, or 2 for bad input
   */
  public static CommandLine of(Object command) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().version("dl4j-prune " + Versions.project());
    line.setParameterExceptionHandler(
        (mistake, arguments) -> {
          mistake.getCommandLine().getErr().println("error: " + mistake.getMessage());
          mistake.getCommandLine().getErr().println("--help lists all options.");
          return CommandLine.ExitCode.USAGE;
        });
    line.setExecutionExceptionHandler(
        (failure, failed, parsed) -> {
          LOG.debug("the command failed", failure);
          String reason = failure.getMessage();
          failed.getErr().println("error: " + (reason == null ? failure : reason));
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line;
  }
}

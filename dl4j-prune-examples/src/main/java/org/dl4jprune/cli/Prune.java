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

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Structured removal of saved models, without a program of one's own. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    subcommands = {Explain.class, Thin.class, Apply.class},
    description = "Makes models smaller that DL4J's ModelSerializer or SameDiff saved.")
public final class Prune {
  private Prune() {}

  /**
   * Runs the command.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(command().execute(arguments));
  }

  static CommandLine command() {
    return Commands.of(new Prune());
  }
}

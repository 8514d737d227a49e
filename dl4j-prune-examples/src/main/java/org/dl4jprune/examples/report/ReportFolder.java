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
package org.dl4jprune.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jprune.file.AtomicFile;

/**
 * Where reports go. A file appears under its name only when it is complete, so a reader never sees
 * half of one and a failed run leaves an older report alone.
 */
public final class ReportFolder {

  /** The name of the page. */
  public static final String PAGE = "index.html";

  /** The name of the file for programs. */
  public static final String RESULTS = "results.json";

  private final Path folder;

  /**
   * Checks that the folder exists or can be made; nothing is written yet.
   *
   * @param folder where the files will be
   * @throws IllegalArgumentException if they could not be written there
   */
  public ReportFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    Path existing = this.folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      throw new IllegalArgumentException(
          "report folder %s cannot be made, since %s is no folder; give another"
              .formatted(folder, existing));
    }
    if (!Files.isWritable(existing)) {
      throw new IllegalArgumentException(
          "report folder %s cannot be written in %s; give another".formatted(folder, existing));
    }
  }

  /**
   * Writes the page and the file for programs.
   *
   * @param experiment what was run and what it came to
   * @return the page
   * @throws IOException if the disk refuses
   */
  public Path write(Experiment experiment) throws IOException {
    return write(ResultsFile.of(experiment), HtmlReport.of(experiment));
  }

  /**
   * Writes the page and the file for programs.
   *
   * @param json the text of the file for programs
   * @param html the text of the page
   * @return the page
   * @throws IOException if the disk refuses
   */
  public Path write(String json, String html) throws IOException {
    Files.createDirectories(folder);
    put(RESULTS, json);
    return put(PAGE, html);
  }

  /**
   * Writes a page that was made elsewhere.
   *
   * @param html the page
   * @return where it is
   * @throws IOException if it cannot be written
   */
  public Path write(String html) throws IOException {
    Files.createDirectories(folder);
    return put(PAGE, html);
  }

  private Path put(String name, String text) throws IOException {
    Path target = folder.resolve(name);
    AtomicFile.text(target, text);
    return target;
  }
}

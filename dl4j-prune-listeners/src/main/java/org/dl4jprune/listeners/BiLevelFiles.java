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
package org.dl4jprune.listeners;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jprune.io.SealedFile;
import org.dl4jprune.training.Checkpoints;

/** The state of the last finished epoch of {@link BiP}, if a directory was given. */
final class BiLevelFiles {
  private static final String KIND = "bi-level state";
  private static final int VERSION = 1;

  private final Checkpoints checkpoints;

  /** A line of the progress. */
  private record Epoch(int epoch) {}

  private BiLevelFiles(Checkpoints checkpoints) {
    this.checkpoints = checkpoints;
  }

  /**
   * Opens the directory of the settings.
   *
   * @throws IllegalArgumentException if it holds another run
   */
  static BiLevelFiles in(BiPBuilder settings, long batches) {
    if (settings.directory == null) {
      return new BiLevelFiles(null);
    }
    Map<String, String> texts = settings.texts();
    texts.put("batches", String.valueOf(batches));
    return new BiLevelFiles(Checkpoints.in(settings.directory, texts));
  }

  /**
   * Takes over what is finished.
   *
   * @return how many epochs
   */
  int restore(BiLevelState state) throws IOException {
    List<Epoch> done = checkpoints == null ? List.of() : checkpoints.rounds(Epoch.class);
    if (done.isEmpty()) {
      return 0;
    }
    int last = done.get(done.size() - 1).epoch();
    SealedFile.read(
        file(last),
        KIND,
        VERSION,
        in -> {
          state.readFrom(in);
          return state;
        });
    return last;
  }

  void finish(BiLevelState state, int epoch) throws IOException {
    if (checkpoints == null) {
      return;
    }
    SealedFile.write(file(epoch), KIND, VERSION, state::writeTo);
    checkpoints.finish(new Epoch(epoch));
    Files.deleteIfExists(file(epoch - 1));
  }

  private Path file(int epoch) {
    return checkpoints.file("epoch-%03d.bin".formatted(epoch));
  }
}

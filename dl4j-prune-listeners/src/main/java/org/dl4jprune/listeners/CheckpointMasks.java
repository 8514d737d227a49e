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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.Checkpoint;
import org.deeplearning4j.optimize.listeners.CheckpointListener;

/**
 * Adds the masks to every file that DL4J's {@code CheckpointListener} writes. It comes last:
 *
 * <pre>{@code
 * network.setListeners(pruning, checkpoints, new CheckpointMasks(pruning, directory));
 * }</pre>
 *
 * <p>DL4J writes its file in place, so a process that is killed meanwhile leaves half of one, which
 * is not in its list of checkpoints; {@link PruningListener#save} has no such moment.
 */
public final class CheckpointMasks extends BaseTrainingListener {
  private final PruningListener listener;
  private final File directory;
  private final File record;
  private long seen;

  /**
   * A companion of a {@code CheckpointListener}.
   *
   * @param listener the model's pruning
   * @param directory where the checkpoints are written
   */
  public CheckpointMasks(PruningListener listener, File directory) {
    this.listener = Objects.requireNonNull(listener, "listener");
    this.directory = directory;
    this.record = new File(directory, "checkpointInfo.txt");
    this.seen = record.length();
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    addMasks();
  }

  @Override
  public void onEpochEnd(Model model) {
    addMasks();
  }

  private void addMasks() {
    // The list of checkpoints grows with each; asking for its length is all that a step costs.
    long length = record.length();
    if (length == seen) {
      return;
    }
    seen = length;
    Checkpoint last = CheckpointListener.lastCheckpoint(directory);
    File file = CheckpointListener.getFileForCheckpoint(directory, last.getCheckpointNum());
    try {
      listener.addTo(file);
    } catch (IOException e) {
      throw new UncheckedIOException("No masks in checkpoint " + file, e);
    }
  }
}

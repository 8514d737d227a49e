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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Adds the masks to every file that DL4J's {@code CheckpointListener} writes, or SameDiff's of the
 * same name. It comes last:
 *
 * <pre>{@code
 * network.setListeners(pruning, checkpoints, new CheckpointMasks(pruning, directory));
 * }</pre>
 *
 * <p>DL4J writes its file in place, so a process that is killed meanwhile leaves half of one, which
 * is not in its list of checkpoints; {@link PruningListener#save} has no such moment.
 *
 * <p>SameDiff's listener of 1.0.0-M2.1 saves its own gradient function instead of the user's graph
 * when it saves after a number of iterations, and nobody can train with that. Such files, and with
 * them all of SameDiff, are written anew by {@link PruningListener#save}.
 */
public final class CheckpointMasks extends TrainingHooks {
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

  @Override
  public void iterationDone(SameDiff gradientFunction, At at, MultiDataSet batch, Loss loss) {
    writeGraph();
  }

  @Override
  public ListenerResponse epochEnd(SameDiff graph, At at, LossCurve losses, long milliseconds) {
    writeGraph();
    return ListenerResponse.CONTINUE;
  }

  /** The list of checkpoints grows with each; asking for its length is all that a step costs. */
  private boolean isNew() {
    long length = record.length();
    boolean grown = length != seen;
    seen = length;
    return grown;
  }

  private void addMasks() {
    if (isNew()) {
      write(CheckpointListener.lastCheckpoint(directory).getFilename(), listener::addTo);
    }
  }

  private void writeGraph() {
    if (isNew()) {
      String name =
          org.nd4j.autodiff.listeners.checkpoint.CheckpointListener.lastCheckpoint(directory)
              .getFilename();
      write(name, listener::save);
    }
  }

  private void write(String name, Writing writing) {
    File file = new File(directory, name);
    try {
      writing.to(file);
    } catch (IOException e) {
      throw new UncheckedIOException("No masks in checkpoint " + file, e);
    }
  }

  private interface Writing {
    void to(File file) throws IOException;
  }

  @Override
  public void onEpochStart(Model model) {}

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {}

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {}

  @Override
  public void onGradientCalculation(Model model) {}

  @Override
  public void epochStart(SameDiff graph, At at) {}

  @Override
  public void iterationStart(SameDiff graph, At at, MultiDataSet batch, long loadTime) {}

  @Override
  public void activationAvailable(
      SameDiff graph,
      At at,
      MultiDataSet batch,
      SameDiffOp op,
      String variable,
      INDArray activation) {}
}

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
import java.nio.file.Files;
import java.util.Objects;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.nn.api.Model;
import org.dl4jprune.model.Serialization;

/**
 * Saves the best and the latest model of early stopping with their masks, in the files {@code
 * bestModel.bin} and {@code latestModel.bin} that DL4J's own saver would write. Each of them can be
 * trained on with {@link PruningListener#load}.
 *
 * @param <M> the class of the model
 */
public final class PruningModelSaver<M extends Model> implements EarlyStoppingModelSaver<M> {
  private static final long serialVersionUID = 1L;

  private final transient PruningListener listener;
  private final File best;
  private final File latest;

  /**
   * A saver for one training.
   *
   * @param listener the model's listener
   * @param directory made if it does not exist
   */
  public PruningModelSaver(PruningListener listener, File directory) {
    this.listener = Objects.requireNonNull(listener, "listener");
    this.best = new File(directory, "bestModel.bin");
    this.latest = new File(directory, "latestModel.bin");
  }

  @Override
  public void saveBestModel(M model, double score) throws IOException {
    save(model, best);
  }

  @Override
  public void saveLatestModel(M model, double score) throws IOException {
    save(model, latest);
  }

  private void save(M model, File file) throws IOException {
    Files.createDirectories(file.getAbsoluteFile().getParentFile().toPath());
    listener.attach(model).save(file);
  }

  @Override
  public M getBestModel() throws IOException {
    return read(best);
  }

  @Override
  public M getLatestModel() throws IOException {
    return read(latest);
  }

  // The class is that of the model that was given to save.
  @SuppressWarnings("unchecked")
  private M read(File file) throws IOException {
    return (M) Serialization.read(file.toPath(), true);
  }
}

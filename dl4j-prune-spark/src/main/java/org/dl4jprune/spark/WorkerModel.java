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
package org.dl4jprune.spark;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jprune.mask.Masks;
import org.dl4jprune.model.PrunableModel;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model that a worker has made of a {@link ModelMessage}. However it is trained, its dead weights
 * stay dead.
 */
public final class WorkerModel {
  private final Model model;
  private final PrunableModel view;
  private final Masks masks;
  private final LiveVectors live;
  private final Upkeep upkeep = new Upkeep();

  WorkerModel(Model model, PrunableModel view, Masks masks, LiveVectors live) {
    this.model = model;
    this.view = view;
    this.masks = masks;
    this.live = live;
    masks.applyToUpdaterState();
    listen(List.of());
  }

  /**
   * The model.
   *
   * @return a {@code MultiLayerNetwork} or {@code ComputationGraph}
   */
  public Model model() {
    return model;
  }

  /**
   * The model's parameters.
   *
   * @return a view
   */
  public PrunableModel view() {
    return view;
  }

  /**
   * The masks.
   *
   * @return masks of all parameters of the model; ones where nothing is pruned
   */
  public Masks masks() {
    return masks;
  }

  /** The values without those of dead weights. */
  LiveVectors live() {
    return live;
  }

  /** Sets the model's listeners, behind the one that keeps the masks. */
  void listen(List<TrainingListener> others) {
    List<TrainingListener> all = new ArrayList<>(others);
    all.add(0, upkeep);
    model.setListeners(all);
  }

  /** Whether the raw gradients of the coming steps are copied; the last one stays. */
  void keepGradient(boolean keep) {
    upkeep.keep = keep;
  }

  /** A copy of the last raw gradient that was to be kept, or null. */
  INDArray gradient() {
    return upkeep.gradient;
  }

  /** Frees what is not the model's own; it must not be trained any more. */
  void close() {
    masks.close();
    live.close();
  }

  /** Masks gradients and updater state; the constraints in the configuration mask the values. */
  private final class Upkeep extends BaseTrainingListener {
    private boolean keep;
    private INDArray gradient;

    @Override
    public void onGradientCalculation(Model trained) {
      INDArray raw = view.rawGradient();
      if (keep) {
        try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
          if (gradient != null) {
            // With truncated time, a batch has several steps.
            gradient.close();
          }
          gradient = raw.dup();
        }
      }
      masks.applyToGradient(view.blocks().get(0), raw);
    }

    @Override
    public void iterationDone(Model trained, int iteration, int epoch) {
      masks.keepUpdaterState();
    }
  }
}

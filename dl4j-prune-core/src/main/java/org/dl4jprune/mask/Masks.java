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
package org.dl4jprune.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.model.Layout;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.ParameterBlock;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Max;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The masks of a model's pruned parameters: 1 = kept, 0 = dead. They lie in one array for each
 * block of the model, of the type of the parameters, so that a whole DL4J network is masked by one
 * multiplication; parameters that are not pruned have ones.
 *
 * <p>Memory: one copy of the blocks that hold pruned parameters, and one more copy of the state of
 * updaters that change a state without a gradient and start above zero (RMSProp).
 */
public final class Masks implements AutoCloseable {
  private final PrunableModel model;
  private final Layout layout;
  private final Map<String, INDArray> blockMasks = new LinkedHashMap<>();
  private final List<Restoration> restorations = new ArrayList<>();

  /** Brings the state of dead weights back to its initial value; null floor means zero. */
  private record Restoration(UpdaterState state, INDArray floor) {}

  private Masks(PrunableModel model, Layout layout) {
    this.model = model;
    this.layout = layout;
  }

  /**
   * Masks that keep everything.
   *
   * @param model the model
   * @param layout the parameters that may be pruned
   * @return new masks of ones
   */
  public static Masks dense(PrunableModel model, Layout layout) {
    Masks masks = new Masks(model, layout);
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (Parameter parameter : layout.parameters()) {
        ParameterBlock block = model.blockOf(parameter);
        masks.blockMasks.computeIfAbsent(block.name(), name -> block.values().ulike().assign(1));
      }
    }
    return masks;
  }

  /**
   * The parameters that may be pruned.
   *
   * @return their layout
   */
  public Layout layout() {
    return layout;
  }

  /**
   * The number of values of all parameters of the model, pruned or not.
   *
   * @return at least the length of the layout
   */
  public long modelLength() {
    return model.parameters().stream().mapToLong(Parameter::length).sum();
  }

  /**
   * The mask of one parameter.
   *
   * @param parameter a parameter of the layout
   * @return a live view of the parameter's shape
   */
  public INDArray of(Parameter parameter) {
    ParameterBlock block = model.blockOf(parameter);
    return block.view(blockMasks.get(block.name()), parameter);
  }

  /**
   * All masks in one vector.
   *
   * @return a new vector of the layout, owned by the caller
   */
  public INDArray gather() {
    INDArray vector = Nd4j.createUninitialized(model.dataType(), layout.length());
    for (Parameter parameter : layout.parameters()) {
      layout.matrix(vector, parameter).assign(parameter.asMatrix(of(parameter)));
    }
    return vector;
  }

  /**
   * Replaces all masks.
   *
   * @param vector ones and zeros, a vector of the layout; stays the caller's
   */
  public void scatter(INDArray vector) {
    for (Parameter parameter : layout.parameters()) {
      of(parameter).assign(parameter.fromFlat(layout.flat(vector, parameter)));
    }
  }

  /**
   * How many weights of each parameter are kept. One read from the device.
   *
   * @return one number for each parameter of the layout, in its order
   */
  public long[] kept() {
    INDArray vector = gather();
    try {
      return kept(vector, layout);
    } finally {
      vector.close();
    }
  }

  /**
   * How many ones each parameter has in a vector. One read from the device.
   *
   * @param vector ones and zeros, a vector of the layout
   * @param layout the layout
   * @return one number for each parameter of the layout, in its order
   */
  public static long[] kept(INDArray vector, Layout layout) {
    return countOnes(layout.parameters().stream().map(p -> layout.flat(vector, p)).toList());
  }

  /**
   * How many ones each of several masks has. One read from the device.
   *
   * @param masks arrays of ones and zeros
   * @return one number for each
   */
  public static long[] countOnes(List<INDArray> masks) {
    // A count op, since sums of FLOAT are exact to 2^24 only.
    return counts(masks.stream().map(CountNonZero::new).toList());
  }

  /**
   * Runs several ops that count. One read from the device.
   *
   * @param ops what to count
   * @return one number for each
   */
  public static long[] counts(List<? extends ReduceOp> ops) {
    INDArray[] counted =
        ops.stream().map(op -> Nd4j.getExecutioner().exec(op).reshape(1)).toArray(INDArray[]::new);
    double[] counts = HostReads.vector(Nd4j.concat(0, counted));
    return Arrays.stream(counts).mapToLong(count -> (long) count).toArray();
  }

  /**
   * Sets the values of dead weights to zero: at each change, and at each step of a model that does
   * not keep zeros. One multiplication for each block.
   */
  public void applyToValues() {
    for (ParameterBlock block : model.blocks()) {
      INDArray mask = blockMasks.get(block.name());
      if (mask != null) {
        block.values().muli(mask);
      }
    }
  }

  /**
   * Sets the gradient of dead weights to zero. One multiplication.
   *
   * @param block the block that the gradient belongs to
   * @param gradient the raw gradient, changed in place
   */
  public void applyToGradient(ParameterBlock block, INDArray gradient) {
    INDArray mask = blockMasks.get(block.name());
    if (mask != null) {
      gradient.muli(mask);
    }
  }

  /**
   * Brings the updater state of dead weights to its initial value: zero, or the epsilon that
   * AdaGrad and RMSProp start from. To be called after each change of the masks.
   */
  public void applyToUpdaterState() {
    restorations.forEach(
        restoration -> {
          if (restoration.floor() != null) {
            restoration.floor().close();
          }
        });
    restorations.clear();
    for (UpdaterState state : model.updaterStates()) {
      INDArray mask = blockMasks.get(state.block().name());
      if (mask == null) {
        continue;
      }
      INDArray matching = state.matching(mask);
      INDArray array = state.array();
      array.muli(matching);
      INDArray floor = null;
      if (state.initialValue() != 0) {
        try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
          floor = matching.rsub(1).muli(state.initialValue());
        }
        array.addi(floor);
      }
      if (state.driftsWithoutGradient()) {
        restorations.add(new Restoration(state, floor));
      } else if (floor != null) {
        floor.close();
      }
    }
  }

  /**
   * Undoes what a step does to the state of weights without a gradient. One op for each state of
   * RMSProp and AdaMax, none for other updaters.
   */
  public void keepUpdaterState() {
    for (Restoration restoration : restorations) {
      INDArray array = restoration.state().array();
      if (restoration.floor() == null) {
        array.muli(
            restoration.state().matching(blockMasks.get(restoration.state().block().name())));
      } else {
        // The state of a dead weight only decays, and a live one's is never negative.
        Nd4j.exec(new Max(array, restoration.floor(), array));
      }
    }
  }

  @Override
  public void close() {
    blockMasks.values().forEach(INDArray::close);
    restorations.stream()
        .map(Restoration::floor)
        .filter(java.util.Objects::nonNull)
        .forEach(INDArray::close);
  }
}

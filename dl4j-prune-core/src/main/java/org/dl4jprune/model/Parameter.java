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
package org.dl4jprune.model;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One named parameter array of a model: where it belongs, what it does and which of its axes are
 * outputs and inputs. It holds no array, so one {@code Parameter} describes the values, the
 * gradient, the mask and the scores alike.
 *
 * <p>Every array can be read as a matrix with one row for each output ({@link #asMatrix}); the
 * row-major order of that matrix is the parameter's <em>flat order</em>, in which ties between
 * equal scores are broken. For DL4J's dense and convolutional weights this is the order in which
 * the values lie in memory.
 */
public final class Parameter {
  private final String name;
  private final String layer;
  private final String layerType;
  private final Role role;
  private final boolean trainable;
  private final long[] shape;
  private final int[] outputAxes;
  private final int[] inputAxes;

  /**
   * Describes a parameter.
   *
   * @param name the model's own name for it: a key of DL4J's {@code paramTable()}, or a SameDiff
   *     variable
   * @param layer the layer, vertex or op it belongs to
   * @param layerType the simple class name of that layer's configuration, or the op's name
   * @param role what it does
   * @param trainable whether training changes it (false in a frozen layer)
   * @param shape its shape
   * @param outputAxes the axes that index a layer's outputs, outermost first; may be empty
   * @param inputAxes the axes that index a layer's inputs; may be empty
   * @throws IllegalArgumentException if an axis is outside the shape
   */
  public Parameter(
      String name,
      String layer,
      String layerType,
      Role role,
      boolean trainable,
      long[] shape,
      int[] outputAxes,
      int[] inputAxes) {
    this.name = Objects.requireNonNull(name);
    this.layer = Objects.requireNonNull(layer);
    this.layerType = Objects.requireNonNull(layerType);
    this.role = Objects.requireNonNull(role);
    this.trainable = trainable;
    this.shape = shape.clone();
    this.outputAxes = outputAxes.clone();
    this.inputAxes = inputAxes.clone();
    IntStream.concat(Arrays.stream(outputAxes), Arrays.stream(inputAxes))
        .filter(axis -> axis < 0 || axis >= shape.length)
        .findFirst()
        .ifPresent(
            axis -> {
              throw new IllegalArgumentException(
                  "Axis %d of parameter %s lies outside its shape %s"
                      .formatted(axis, name, Arrays.toString(shape)));
            });
  }

  /**
   * The model's own name for the parameter.
   *
   * @return the name, unique in the model
   */
  public String name() {
    return name;
  }

  /**
   * The layer, vertex or op that the parameter belongs to.
   *
   * @return its name
   */
  public String layer() {
    return layer;
  }

  /**
   * The kind of that layer.
   *
   * @return a simple class name such as {@code DenseLayer}, or an op name such as {@code matmul}
   */
  public String layerType() {
    return layerType;
  }

  /**
   * What the parameter does.
   *
   * @return its role
   */
  public Role role() {
    return role;
  }

  /**
   * Whether training changes the parameter.
   *
   * @return false in a frozen layer and for running statistics
   */
  public boolean trainable() {
    return trainable;
  }

  /**
   * The shape of the parameter's array.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The number of axes.
   *
   * @return the rank, at least 1
   */
  public int rank() {
    return shape.length;
  }

  /**
   * {@return whether an axis indexes the layer's inputs}
   *
   * @param axis an axis of the shape
   */
  public boolean isInputAxis(int axis) {
    return Arrays.stream(inputAxes).anyMatch(a -> a == axis);
  }

  /**
   * {@return a parameter of the same name, role and axes, and of another size}
   *
   * @param newShape of the same rank
   */
  public Parameter withShape(long[] newShape) {
    return new Parameter(name, layer, layerType, role, trainable, newShape, outputAxes, inputAxes);
  }

  /**
   * The number of values.
   *
   * @return the product of the shape
   */
  public long length() {
    return product(IntStream.range(0, shape.length).toArray());
  }

  /**
   * The number of outputs, which is the number of rows of {@link #asMatrix}.
   *
   * @return at least 1
   */
  public long outputs() {
    return product(outputAxes);
  }

  /**
   * Whether an axis indexes outputs.
   *
   * @param axis an axis of the shape
   * @return false for inputs and kernel positions
   */
  public boolean isOutputAxis(int axis) {
    return Arrays.stream(outputAxes).anyMatch(output -> output == axis);
  }

  /**
   * The number of inputs that the layer reads at one position.
   *
   * @return at least 1
   */
  public long inputs() {
    return product(inputAxes);
  }

  /**
   * The number of positions of a kernel: the product of the axes that are neither outputs nor
   * inputs.
   *
   * @return at least 1
   */
  public long kernelPositions() {
    return length() / (outputs() * inputs());
  }

  /**
   * The number of values that contribute to one output.
   *
   * @return inputs times kernel positions
   */
  public long fanIn() {
    return length() / outputs();
  }

  /**
   * The number of values that one input contributes to.
   *
   * @return outputs times kernel positions
   */
  public long fanOut() {
    return length() / inputs();
  }

  /**
   * The sizes of the axes in the order outputs, inputs, kernel: (out, in) for dense layers, (out,
   * in, kH, kW) for convolutions.
   *
   * @return a new array
   */
  public long[] canonicalShape() {
    return Arrays.stream(canonicalAxes()).mapToLong(axis -> shape[axis]).toArray();
  }

  /**
   * Reads an array of this parameter as a matrix with one row for each output and, in each row, the
   * inputs and kernel positions in order.
   *
   * @param array an array of this parameter's shape
   * @return shape [outputs, length / outputs]; a view where the strides allow it, else a copy
   */
  public INDArray asMatrix(INDArray array) {
    return array.permute(canonicalAxes()).reshape('c', outputs(), fanIn());
  }

  /**
   * Gives values in flat order this parameter's shape.
   *
   * @param flat rank 1, in flat order
   * @return a view of {@code flat} with this parameter's shape
   */
  public INDArray fromFlat(INDArray flat) {
    int[] axes = canonicalAxes();
    int[] inverse = new int[axes.length];
    IntStream.range(0, axes.length).forEach(i -> inverse[axes[i]] = i);
    return flat.reshape('c', canonicalShape()).permute(inverse);
  }

  /**
   * Overwrites an array of this parameter. Where flat order is the order in memory, this is one
   * plain copy.
   *
   * @param array an array of this parameter's shape
   * @param flat rank 1, in flat order
   */
  public void assignFlat(INDArray array, INDArray flat) {
    array.permute(canonicalAxes()).assign(flat.reshape('c', canonicalShape()));
  }

  private int[] canonicalAxes() {
    IntStream kernel =
        IntStream.range(0, shape.length).filter(axis -> !isOutputAxis(axis) && !isInputAxis(axis));
    return IntStream.concat(
            IntStream.concat(
                Arrays.stream(outputAxes),
                Arrays.stream(inputAxes).filter(axis -> !isOutputAxis(axis))),
            kernel)
        .toArray();
  }

  private long product(int[] axes) {
    return Arrays.stream(axes).mapToLong(axis -> shape[axis]).reduce(1, Math::multiplyExact);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameter that
        && name.equals(that.name)
        && layer.equals(that.layer)
        && layerType.equals(that.layerType)
        && role == that.role
        && trainable == that.trainable
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(outputAxes, that.outputAxes)
        && Arrays.equals(inputAxes, that.inputAxes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, layer, Arrays.hashCode(shape));
  }

  @Override
  public String toString() {
    return "%s %s of %s %s".formatted(name, Arrays.toString(shape), layerType, layer);
  }
}

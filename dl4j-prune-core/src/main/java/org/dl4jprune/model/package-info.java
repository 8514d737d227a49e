/**
 * One view over {@code MultiLayerNetwork}, {@code ComputationGraph} and {@code SameDiff}: named
 * parameters with role, shape and axes, their values, raw gradients and updater state, loss and
 * gradients on data, copies. The only room that knows the three model classes apart.
 */
package org.dl4jprune.model;

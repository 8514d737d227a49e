/**
 * Backward passes in inference mode that are not those of training: layer-wise relevance
 * propagation, and the gradient of the loss with respect to activations. A reader turns a model
 * into a list of steps; each kind of step knows both passes.
 */
package org.dl4jprune.calibration.relevance;

/**
 * What a few batches tell about the channels of a model: statistics of activations, gradients and
 * relevance. Batches pass one after the other; of each, only sums are kept.
 */
package org.dl4jprune.calibration;

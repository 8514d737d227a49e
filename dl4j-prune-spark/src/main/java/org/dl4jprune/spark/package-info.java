/**
 * Pruning while a Spark cluster trains by parameter averaging. Masks travel inside the model's own
 * configuration, workers keep dead weights at zero, and there is one decision on the masks between
 * two rounds.
 */
package org.dl4jprune.spark;

/**
 * Sparsity, or any other rate, as a function of training time: pure functions that compose, and the
 * times at which a method acts.
 *
 * <p>A {@link org.dl4jprune.schedule.Schedule} says how much, an {@link
 * org.dl4jprune.schedule.UpdateWindow} says when. Both are immutable values that travel through
 * JSON and YAML unchanged, so a run's configuration can be stored beside the model it made. This
 * package knows nothing of models, arrays or masks.
 */
package org.dl4jprune.schedule;

/**
 * Studies of what pruning is worth: pruned networks against the same architecture trained from
 * scratch, and the loss before retraining against the result after it.
 */
package org.dl4jprune.compare;

package org.dl4jprune.pattern;

/** How the scores of a unit's values become the score of the unit. */
public enum Pooling {
  /** The mean over the values that exist. */
  MEAN,
  /** The largest value. */
  MAX
}

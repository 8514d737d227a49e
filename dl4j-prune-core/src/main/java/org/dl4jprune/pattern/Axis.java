package org.dl4jprune.pattern;

/** The side of a weight that a pattern runs along. */
public enum Axis {
  /** Along the outputs. */
  OUTPUT,
  /** Along the inputs. */
  INPUT
}

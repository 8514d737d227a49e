/**
 * Trainable gates: layers that multiply channels, heads, branches or weights by numbers that the
 * model's own {@code fit} trains, penalties that close them, and folding, after which no gate is
 * left.
 */
package org.dl4jprune.gates;

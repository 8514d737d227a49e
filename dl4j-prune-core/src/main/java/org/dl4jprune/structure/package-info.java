/**
 * Which slices of which parameters live and die together, and how they are removed: channel groups,
 * found from the configuration alone by one rule for each layer, vertex, preprocessor and SameDiff
 * op; plans; and the surgeon that builds the smaller model.
 */
package org.dl4jprune.structure;

/**
 * Long measurements behind {@code docs/RESULTS.md}: each experiment is a list of independent cases
 * over seeds; finished cases are kept on disk, so that an interrupted run goes on where it was.
 */
package org.dl4jprune.examples.experiments;

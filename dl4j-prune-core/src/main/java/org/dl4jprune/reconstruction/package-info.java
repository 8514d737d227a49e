/**
 * Removal without labels and without fine-tuning: what reads the removed channels is refitted to
 * its own old outputs on calibration data or noise. Card {@code spa}, OBSPA.
 */
package org.dl4jprune.reconstruction;

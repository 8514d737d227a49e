/**
 * What a weight is worth: one file for each criterion. A high score is kept, a low one goes. A
 * criterion sees the model through {@link org.dl4jprune.model.PrunableModel} and says what it needs
 * by asking {@link org.dl4jprune.criterion.Evidence} for it.
 */
package org.dl4jprune.criterion;

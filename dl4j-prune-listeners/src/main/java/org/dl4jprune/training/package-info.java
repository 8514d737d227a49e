/**
 * Procedures that train a model several times: how they run the user's own training, remember
 * states of it, and survive being killed.
 */
package org.dl4jprune.training;

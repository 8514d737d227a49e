/**
 * The five parts put together: from scores to masks, and the configuration of a pruning as one
 * immutable value.
 */
package org.dl4jprune.method;

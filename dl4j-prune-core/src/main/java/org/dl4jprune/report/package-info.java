/** What a pruning did: asked and reached sparsity, counts and the trace over time. */
package org.dl4jprune.report;

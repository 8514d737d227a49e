/** JMH benchmarks of what pruning costs: see docs/BENCHMARKS.md. */
package org.dl4jprune.benchmarks;

/** Commands that show pruning on real data. */
package org.dl4jprune.examples;

/** Training one network by one pruning method, or by several side by side, without printing. */
package org.dl4jprune.examples.run;

/** What is done to a model after training, or before it: a model in, a pruned one out. */
package org.dl4jprune.transform;

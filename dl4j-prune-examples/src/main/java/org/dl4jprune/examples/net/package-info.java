/**
 * The networks that the examples prune: the small image classifiers of the pruning literature, for
 * each of DL4J's three model classes. All take 28 by 28 grey images as flat rows of 784 numbers.
 */
package org.dl4jprune.examples.net;

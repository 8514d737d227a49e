/**
 * Real images to train on: a sample of Fashion-MNIST that ships with the examples, and the whole of
 * it where a folder holds it.
 */
package org.dl4jprune.examples.data;

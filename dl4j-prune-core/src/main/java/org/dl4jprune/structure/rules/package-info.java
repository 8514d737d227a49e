/** One coupling rule for each kind of layer, vertex and preprocessor of Deeplearning4j. */
package org.dl4jprune.structure.rules;

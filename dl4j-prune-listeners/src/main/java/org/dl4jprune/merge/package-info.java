/** Averages of models that share their masks, and the procedure that prunes by them. */
package org.dl4jprune.merge;

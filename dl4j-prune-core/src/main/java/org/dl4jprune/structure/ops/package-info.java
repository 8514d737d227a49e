/** The coupling rules for the ops of SameDiff graphs, one class for each kind of op. */
package org.dl4jprune.structure.ops;

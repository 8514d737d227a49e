/**
 * Files: written beside and moved, so that a reader never sees half of one; pruned models with
 * their masks, in DL4J's own files and in sparse archives.
 */
package org.dl4jprune.io;

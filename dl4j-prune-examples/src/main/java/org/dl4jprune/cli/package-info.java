/** The command line: structured removal of saved models. */
package org.dl4jprune.cli;

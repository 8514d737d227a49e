/** Files that are whole under their name, whatever happens while they are written. */
package org.dl4jprune.file;

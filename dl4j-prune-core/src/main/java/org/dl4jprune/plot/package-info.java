/** Charts as text of SVG, for pages that need no script and no other file. */
package org.dl4jprune.plot;

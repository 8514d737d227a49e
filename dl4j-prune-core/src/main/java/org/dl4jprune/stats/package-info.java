/** Statistics of measured results: rank correlation and the comparison of means. */
package org.dl4jprune.stats;

/** What a comparison of pruning methods looks like: text table, JSON and one HTML page. */
package org.dl4jprune.examples.report;

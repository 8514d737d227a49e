/**
 * From scores and a count to a mask. Knows nothing about models, criteria or schedules: a score is
 * a number, and larger is worth more.
 */
package org.dl4jprune.pattern;

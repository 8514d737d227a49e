/** Lottery tickets: iterative pruning with rewinding, its controls and its measures. */
package org.dl4jprune.lottery;

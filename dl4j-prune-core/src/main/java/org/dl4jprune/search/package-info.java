/** Measurements that settings are chosen by: how outputs change as single parameters are pruned. */
package org.dl4jprune.search;

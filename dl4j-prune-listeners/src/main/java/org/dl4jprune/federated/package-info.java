/**
 * Training and pruning where the data are: devices train a sparse model on data that never leave
 * them, and a server averages what they send and decides on the masks.
 */
package org.dl4jprune.federated;

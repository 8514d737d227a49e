/**
 * The only place where array elements are copied from the device to the host. Everything else works
 * with ND4J operations, so a scan for host reads has to look at one package.
 */
package org.dl4jprune.host;

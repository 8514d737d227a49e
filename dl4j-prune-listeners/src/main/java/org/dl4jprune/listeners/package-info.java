/**
 * Pruning during {@code fit}: one listener for the three model classes, and the named methods that
 * are compositions of the library's parts.
 */
package org.dl4jprune.listeners;

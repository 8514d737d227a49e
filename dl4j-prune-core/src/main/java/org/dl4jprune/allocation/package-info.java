/**
 * How much goes where: an allocation splits one budget of zeros over the layers. It sees parameters
 * and scores, never a model class.
 */
package org.dl4jprune.allocation;

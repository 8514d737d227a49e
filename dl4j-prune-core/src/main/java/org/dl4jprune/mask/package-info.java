/** Which weights are kept: masks on the device, applied to values, gradients and updater state. */
package org.dl4jprune.mask;

/**
 * Depth: whole residual blocks, or layers of equal input and output shape, found, scored and
 * removed. Card {@code layer-lottery}; Jordao et al. 2023, <a
 * href="https://arxiv.org/abs/2301.10835">arXiv 2301.10835</a>.
 */
package org.dl4jprune.structure.depth;

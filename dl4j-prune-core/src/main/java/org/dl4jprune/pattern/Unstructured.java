package org.dl4jprune.pattern;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Each weight on its own. */
public record Unstructured() implements Pattern {

  @Override
  public long units(Geometry geometry) {
    return geometry.size();
  }

  @Override
  public INDArray pool(INDArray scores, Geometry geometry) {
    return scores;
  }

  @Override
  public INDArray expand(INDArray units, Geometry geometry) {
    return units;
  }
}

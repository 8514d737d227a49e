/*
 * Copyright 2026 the dl4j-prune authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in
 * compliance with the License. You may obtain a copy of the License at
 * https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License is
 * distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and limitations under the License.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
package org.dl4jprune.reconstruction;

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;

/**
 * A model with fewer channels whose layers were refitted.
 *
 * @param model the view of the smaller model; {@code model().unwrap()} is the model itself
 * @param groups the groups of a copy of the model that it was made of, with the refitted values
 * @param plan what was removed; it fits the model that it was made of
 * @param inputs what the layers were refitted on
 * @param refits one for each layer that was refitted, in the order of computation
 * @param withoutRefit the parameters whose slices were removed and nothing else done, as there is
 *     no reconstruction for their layers
 * @param normalizations how many batch normalisations got new statistics
 */
public record Reconstructed(
    PrunableModel model,
    ChannelGroups groups,
    RemovalPlan plan,
    CalibrationInputs inputs,
    List<Refit> refits,
    List<String> withoutRefit,
    int normalizations) {

  /**
   * What happened to one layer.
   *
   * @param weight its weights
   * @param rows how many rows it had: inputs times kernel positions
   * @param gone how many of them are gone
   * @param error the squared change of its outputs on the calibration inputs, as a share of their
   *     square
   * @param plainError the same if the rows had been removed without a refit
   */
  public record Refit(String weight, int rows, int gone, double error, double plainError) {}

  /**
   * Copies its arguments.
   *
   * @param model the view of the smaller model
   * @param groups the groups of a copy of the model
   * @param plan what was removed
   * @param inputs what the layers were refitted on
   * @param refits one for each layer that was refitted
   * @param withoutRefit parameters that were only cut
   * @param normalizations how many batch normalisations got new statistics
   */
  public Reconstructed {
    refits = List.copyOf(refits);
    withoutRefit = List.copyOf(withoutRefit);
  }

  /**
   * The report in words.
   *
   * @return several lines
   */
  public String toText() {
    List<String> lines = new ArrayList<>();
    long before = count(groups.model());
    long after = count(model);
    lines.add(
        "%,d of %,d parameters are left (%.1f %%); %d units are gone, refitted on %s"
            .formatted(after, before, 100.0 * after / before, plan.units().size(), inputs));
    for (Refit refit : refits) {
      lines.add(
          "%s: %d of %d rows gone, output error %.4f (%.4f without refit)"
              .formatted(refit.weight, refit.gone, refit.rows, refit.error, refit.plainError));
    }
    withoutRefit.forEach(name -> lines.add("%s: cut without refit".formatted(name)));
    lines.add("%d batch normalisations have new statistics".formatted(normalizations));
    return String.join(System.lineSeparator(), lines);
  }

  private static long count(PrunableModel model) {
    return model.parameters().stream().mapToLong(Parameter::length).sum();
  }
}

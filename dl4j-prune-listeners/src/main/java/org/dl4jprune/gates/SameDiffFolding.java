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
package org.dl4jprune.gates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.RemovalPlan;
import org.dl4jprune.structure.Surgeon;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes gates out of a copy of a SameDiff graph: what read a gated activation or weight reads it
 * without gates, and the weights take the gates' values, zero where a gate is closed. A closed
 * residual branch goes; closed channels and heads become zeros ({@link #fold}) or go too ({@link
 * #cut}). The outputs are those of the gated graph at inference with closed gates at exactly zero.
 */
public final class SameDiffFolding {
  private static final Logger LOG = LoggerFactory.getLogger(SameDiffFolding.class);

  private final SameDiffGates gates;
  private final Map<String, INDArray> features;
  private final Map<String, INDArray> values = new LinkedHashMap<>();
  private final Map<String, double[]> reported = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  private SameDiffFolding(SameDiffGates gates, Map<String, INDArray> features) {
    this.gates = gates;
    this.features = features;
  }

  /**
   * Folds gates into weights of the widths that they have.
   *
   * @param gates the gates of a trained graph; the graph is not touched
   * @param features the placeholders that gates which depend on the example read, with all
   *     examples; the majority decides. May be empty for gates that are the same for all
   * @return a copy of the graph without gates
   * @throws IllegalArgumentException if a gate cannot be folded: an activation does not pass it
   *     into the weights, something reads the same weights or activations without it, or a closed
   *     branch is not summed with its skip connection
   */
  public static SameDiff fold(SameDiffGates gates, Map<String, INDArray> features) {
    return new SameDiffFolding(gates, features).fold();
  }

  /**
   * Folds gates and removes what is closed. Channels that something else feeds as well, as behind a
   * residual sum, or that an op such as a sigmoid fills again, stay as zeros, and a warning says
   * so.
   *
   * @param gates the gates of a trained graph; the graph is not touched
   * @param features as in {@link #fold}
   * @return a smaller graph without gates
   * @throws IllegalArgumentException as in {@link #fold}
   */
  public static Folded cut(SameDiffGates gates, Map<String, INDArray> features) {
    SameDiffFolding folding = new SameDiffFolding(gates, features);
    ChannelGroups groups = ChannelGroups.of(folding.fold());
    RemovalPlan plan = RemovalPlan.of(groups, folding.closedUnits(groups));
    return new Folded(
        new Surgeon(groups).cut(plan),
        groups,
        plan,
        Folded.copy(folding.reported),
        folding.warnings);
  }

  /** A copy of the graph as if no gate had been put in. */
  static SameDiff withoutGates(SameDiffGates gates) {
    SameDiff copy = gates.graph().dup();
    removePenalties(copy, gates.penalties().names());
    Collection<SameDiffSite> sites = gates.sites().byName().values();
    sites.forEach(site -> SameDiffEdits.bypass(copy, site));
    sites.forEach(site -> SameDiffEdits.removeRest(copy, site));
    return copy;
  }

  private SameDiff fold() {
    Map<String, SameDiffSite> sites = gates.sites().byName();
    sites.forEach((name, site) -> values.put(name, decide(name, site)));
    SameDiff copy = gates.graph().dup();
    removePenalties(copy, gates.penalties().names());
    sites.forEach((name, site) -> apply(copy, site, values.get(name)));
    sites.values().forEach(site -> SameDiffEdits.removeRest(copy, site));
    return copy;
  }

  private static void removePenalties(SameDiff graph, Set<String> penalties) {
    List<String> losses = new ArrayList<>(graph.getLossVariables());
    losses.removeAll(penalties);
    graph.setLossVariables(losses.toArray(String[]::new));
    penalties.forEach(penalty -> SameDiffEdits.remove(graph, penalty, Set.of()));
    SameDiffNotes.remove(graph, SameDiffPenalties.PENALTY);
    SameDiffNotes.remove(graph, SameDiffSites.SITE);
  }

  private INDArray decide(String name, SameDiffSite site) {
    SameDiff graph = gates.graph();
    if (site.producers().isEmpty() && site.granularity() == Granularity.CHANNEL) {
      throw new IllegalArgumentException(
          "The gates %s name no weight that they could fold into".formatted(name));
    }
    Map<String, INDArray> found = graph.output(features, site.gates(), site.open());
    INDArray open = vector(site, found.get(site.gates()));
    INDArray kept = open.gte(site.relaxation().threshold()).castTo(open.dataType());
    INDArray value = site.perExample() ? kept : open.mul(kept);
    boolean closed = HostReads.scalar(value.sum()) == 0;
    if (closed && site.removable()) {
      sum(name, site);
    } else if (closed) {
      INDArray likely = vector(site, found.get(site.open()));
      value.assign(0);
      value.get(NDArrayIndex.point((long) HostReads.scalar(likely.argMax(0)))).assign(1);
      warn(
          "all %d gates of %s are closed; the one that is most likely open stays"
              .formatted(site.count(), name));
    }
    boolean soft = HostReads.scalar(value.mul(value.rsub(1)).sum()) != 0;
    if (site.ofWeight()) {
      SameDiffPaths.checkReaders(graph, name, site.source());
    } else if (!site.removable() || soft) {
      SameDiffPaths.check(graph, name, site, soft);
    }
    if (soft && site.producers().isEmpty()) {
      throw new IllegalArgumentException(
          "The gate %s has the value %s and names no weight that could take it; name its producers, or use a straight-through gate"
              .formatted(name, value));
    }
    if (site.granularity() != Granularity.WEIGHT) {
      reported.put(name, HostReads.vector(value));
    }
    return value;
  }

  private static INDArray vector(SameDiffSite site, INDArray gates) {
    INDArray mean = site.perExample() ? gates.mean(0) : gates;
    return mean.dup('c').reshape(new long[] {site.count()});
  }

  private void warn(String warning) {
    warnings.add(warning);
    LOG.warn(warning);
  }

  /** The sum that adds a branch to its skip connection. */
  private String sum(String name, SameDiffSite site) {
    SameDiff graph = gates.graph();
    List<String> readers = SameDiffEdits.readers(graph, site.gated());
    SameDiffOp op = readers.size() == 1 ? graph.getOps().get(readers.get(0)) : null;
    boolean sum =
        op != null
            && op.getOp().opName().equals("add")
            && !SameDiffEdits.readers(graph, op.getOutputsOfOp().get(0)).isEmpty();
    if (!sum) {
      throw new IllegalArgumentException(
          "The branch %s of %s is closed, but its only reader is no sum with the skip connection that something reads"
              .formatted(name, site.source()));
    }
    return op.getOutputsOfOp().get(0);
  }

  private void apply(SameDiff copy, SameDiffSite site, INDArray value) {
    if (site.removable() && HostReads.scalar(value.sum()) == 0) {
      SameDiffEdits.removeTerm(copy, sum(site.source(), site), site.gated());
      return;
    }
    for (String producer : site.producers()) {
      INDArray array = copy.getVariable(producer).getArr();
      array.muli(factors(site, value.castTo(array.dataType()), array));
    }
    SameDiffEdits.bypass(copy, site);
  }

  private static INDArray factors(SameDiffSite site, INDArray value, INDArray array) {
    long[] shape = array.shape();
    if (site.granularity() == Granularity.WEIGHT) {
      return value.reshape(shape);
    }
    if (site.granularity() == Granularity.HEAD) {
      long each = array.length() / site.count();
      return value
          .reshape('c', site.count(), 1)
          .broadcast(site.count(), each)
          .dup('c')
          .reshape(shape);
    }
    long[] last = new long[shape.length];
    Arrays.fill(last, 1);
    last[shape.length - 1] = value.length();
    return value.reshape(last).broadcast(shape);
  }

  private List<Integer> closedUnits(ChannelGroups groups) {
    Set<Integer> gone = new LinkedHashSet<>();
    gates
        .sites()
        .byName()
        .forEach(
            (name, site) -> {
              List<List<Integer>> units = SameDiffUnits.of(groups, site);
              double[] decision = reported.get(name);
              for (int gate = 0; gate < units.size(); gate++) {
                if (decision[gate] == 0) {
                  gone.addAll(units.get(gate));
                }
              }
              boolean closed = decision != null && Arrays.stream(decision).anyMatch(v -> v == 0);
              if (units.isEmpty() && closed && !site.removable()) {
                warn(
                    "what is closed of %s stays as zeros, since it is coupled with other weights, has no rule, or is no zero where it is read"
                        .formatted(name));
              }
            });
    return List.copyOf(gone);
  }
}

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
package org.dl4jprune.transform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.Role;
import org.dl4jprune.model.Selector;
import org.dl4jprune.structure.ChannelGroup;
import org.dl4jprune.structure.ChannelGroups;
import org.dl4jprune.structure.Slot;

/** Sorts the groups that may lose units into pools, by the user's words. */
final class Pools {
  private final ChannelGroups groups;
  private final int[] original;
  private final StructuredOptions options;

  Pools(ChannelGroups groups, int[] original, StructuredOptions options) {
    this.groups = groups;
    this.original = original;
    this.options = options;
  }

  List<Pool> all() {
    List<ChannelGroup> open =
        groups.groups().stream()
            .filter(group -> original[group.index()] > 1)
            .filter(notTouching(options.protectedOutputs(), this::isOutput))
            .filter(notTouching(options.protectedInputs(), this::isInput))
            .toList();
    if (open.isEmpty()) {
      throw new IllegalArgumentException(
          "No channel of this model can be removed:" + System.lineSeparator() + groups.explain());
    }
    List<Pool> pools = new ArrayList<>();
    Map<Integer, String> named = new LinkedHashMap<>();
    options
        .overrides()
        .forEach(
            (glob, fraction) -> {
              List<ChannelGroup> own = named(open, glob);
              own.forEach(group -> claim(named, group, glob));
              pooled(own).forEach(pool -> pools.add(new Pool(pool, fraction, glob)));
            });
    List<ChannelGroup> rest =
        open.stream().filter(group -> !named.containsKey(group.index())).toList();
    pooled(rest).forEach(pool -> pools.add(new Pool(pool, null, null)));
    return pools;
  }

  private Predicate<ChannelGroup> notTouching(
      List<String> globs, BiPredicate<Slot, Predicate<Parameter>> touches) {
    List<Predicate<Parameter>> tests = globs.stream().map(this::known).toList();
    return group ->
        tests.stream()
            .noneMatch(test -> group.slots().stream().anyMatch(s -> touches.test(s, test)));
  }

  private Predicate<Parameter> known(String glob) {
    Predicate<Parameter> matches = Selector.matches(glob);
    if (groups.model().parameters().stream().noneMatch(matches)) {
      throw new IllegalArgumentException(
          "There is no layer, layer type or parameter \"%s\"; there are the layers %s"
              .formatted(
                  glob,
                  new TreeSet<>(
                      groups.model().parameters().stream().map(Parameter::layer).toList())));
    }
    return matches;
  }

  private boolean isOutput(Slot slot, Predicate<Parameter> layer) {
    return layer.test(slot.parameter()) && slot.parameter().isOutputAxis(slot.axis());
  }

  /** A layer without input axes, such as a normalisation, has its outputs' channels as inputs. */
  private boolean isInput(Slot slot, Predicate<Parameter> layer) {
    if (!layer.test(slot.parameter())) {
      return false;
    }
    boolean hasInputs =
        groups.model().parameters().stream()
            .filter(other -> other.layer().equals(slot.parameter().layer()))
            .filter(other -> other.role() != Role.BIAS)
            .anyMatch(other -> IntStream.range(0, other.rank()).anyMatch(other::isInputAxis));
    return slot.parameter().isInputAxis(slot.axis())
        || (!hasInputs && slot.parameter().isOutputAxis(slot.axis()));
  }

  private List<ChannelGroup> named(List<ChannelGroup> open, String glob) {
    Predicate<Parameter> layer = known(glob);
    List<ChannelGroup> own =
        open.stream()
            .filter(group -> group.slots().stream().anyMatch(slot -> isOutput(slot, layer)))
            .toList();
    if (own.isEmpty()) {
      throw new IllegalArgumentException(
          "No output of \"%s\" can be removed; it is protected or coupled with what stays:%s%s"
              .formatted(glob, System.lineSeparator(), groups.explain()));
    }
    return own;
  }

  private void claim(Map<Integer, String> named, ChannelGroup group, String glob) {
    String other = named.put(group.index(), glob);
    if (other != null && !options.overrides().get(other).equals(options.overrides().get(glob))) {
      throw new IllegalArgumentException(
          "\"%s\" and \"%s\" give %s two sparsities, %s and %s; what is coupled has one"
              .formatted(
                  other,
                  glob,
                  group.name(),
                  options.overrides().get(other),
                  options.overrides().get(glob)));
    }
  }

  private Collection<List<ChannelGroup>> pooled(List<ChannelGroup> some) {
    Map<Object, List<ChannelGroup>> pools = new LinkedHashMap<>();
    for (ChannelGroup group : some) {
      Object key =
          switch (options.scope()) {
            case LOCAL -> group.index();
            case GLOBAL -> "all";
            case ISOMORPHIC -> make(group);
          };
      pools.computeIfAbsent(key, k -> new ArrayList<>()).add(group);
    }
    return pools.values();
  }

  /** The kinds of what a group cuts, in the order of the model. */
  private static List<String> make(ChannelGroup group) {
    return group.slots().stream()
        .map(
            slot ->
                "%s %s %d of %d"
                    .formatted(
                        slot.parameter().layerType(),
                        slot.parameter().role(),
                        slot.axis(),
                        slot.parameter().rank()))
        .toList();
  }
}

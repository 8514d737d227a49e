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
package org.dl4jprune.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says which parameters are pruned. Without further words these are the trainable weights of rank 2
 * and more: never biases, normalisations or embeddings.
 *
 * <p>A glob ({@code *} any characters, {@code ?} one character) is matched against the parameter's
 * name, its layer's name and its layer's type. Each glob must match something, so that a misspelt
 * name cannot go unnoticed.
 *
 * @param include globs of the only parameters to prune; empty means all with a matching role. A
 *     parameter whose own name is given here exactly is taken whatever its role, and even if frozen
 * @param exclude globs of parameters to leave dense; they win over {@code include}
 * @param roles the roles to prune
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record Selector(List<String> include, List<String> exclude, Set<Role> roles) {

  /**
   * Copies its arguments.
   *
   * @param include globs of the only parameters to prune; empty means all
   * @param exclude globs of parameters to leave dense
   * @param roles the roles to prune
   * @throws IllegalArgumentException if there is no role
   */
  public Selector {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (roles.isEmpty()) {
      throw new IllegalArgumentException(
          "A selector without roles selects nothing; leave the roles out for all weights");
    }
    roles = EnumSet.copyOf(roles);
  }

  /**
   * All trainable weights of rank 2 and more.
   *
   * @return the default
   */
  public static Selector weights() {
    return new Selector(List.of(), List.of(), EnumSet.of(Role.WEIGHT, Role.RECURRENT_WEIGHT));
  }

  /**
   * Prunes only what matches one of the globs.
   *
   * @param globs of parameter names, layer names or layer types
   * @return a new selector
   */
  public Selector including(String... globs) {
    return new Selector(join(include, globs), exclude, roles);
  }

  /**
   * Leaves what matches one of the globs dense.
   *
   * @param globs of parameter names, layer names or layer types
   * @return a new selector
   */
  public Selector excluding(String... globs) {
    return new Selector(include, join(exclude, globs), roles);
  }

  /**
   * Prunes parameters of these roles.
   *
   * @param first a role
   * @param rest further roles
   * @return a new selector
   */
  public Selector withRoles(Role first, Role... rest) {
    return new Selector(include, exclude, EnumSet.of(first, rest));
  }

  /**
   * The parameters that this selector takes from a model.
   *
   * @param model the model
   * @return at least one parameter, in the model's order
   * @throws IllegalArgumentException if a glob matches nothing, or nothing is left to prune
   */
  public List<Parameter> select(PrunableModel model) {
    List<Parameter> all = model.parameters();
    Stream.concat(include.stream(), exclude.stream())
        .filter(glob -> all.stream().noneMatch(matches(glob)))
        .findFirst()
        .ifPresent(
            glob -> {
              throw new IllegalArgumentException(
                  "\"%s\" matches no parameter, layer or layer type; there are %s"
                      .formatted(glob, describe(all)));
            });
    List<Parameter> selected = all.stream().filter(this::takes).toList();
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "No parameter is left to prune with %s; there are %s".formatted(this, describe(all)));
    }
    return selected;
  }

  private boolean takes(Parameter parameter) {
    boolean named = include.contains(parameter.name());
    boolean included =
        include.isEmpty() || include.stream().anyMatch(g -> matches(g).test(parameter));
    boolean fits =
        roles.contains(parameter.role()) && parameter.trainable() && hasPrunableRank(parameter);
    return included
        && (named || fits)
        && exclude.stream().noneMatch(g -> matches(g).test(parameter));
  }

  // Biases and gains are prunable only when their role is asked for; weights need two axes.
  private static boolean hasPrunableRank(Parameter parameter) {
    return switch (parameter.role()) {
      case WEIGHT, RECURRENT_WEIGHT, EMBEDDING -> parameter.rank() >= 2;
      default -> true;
    };
  }

  /**
   * Whether a parameter's name, its layer's name or its layer's type matches a glob.
   *
   * @param glob {@code *} stands for any characters, {@code ?} for one
   * @return the test
   */
  public static Predicate<Parameter> matches(String glob) {
    String regex =
        Stream.of(glob.split("(?<=[*?])|(?=[*?])"))
            .map(part -> part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part))
            .collect(Collectors.joining());
    Pattern pattern = Pattern.compile(regex);
    return p ->
        pattern.matcher(p.name()).matches()
            || pattern.matcher(p.layer()).matches()
            || pattern.matcher(p.layerType()).matches();
  }

  private static String describe(List<Parameter> parameters) {
    return parameters.stream()
        .map(p -> "%s (%s %s)".formatted(p.name(), p.layerType(), p.role()))
        .collect(Collectors.joining(", "));
  }

  private static List<String> join(List<String> first, String... second) {
    return Stream.concat(first.stream(), Stream.of(second)).toList();
  }
}

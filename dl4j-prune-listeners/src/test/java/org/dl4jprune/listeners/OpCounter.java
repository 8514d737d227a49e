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
package org.dl4jprune.listeners;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dl4jprune.host.HostReads;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stands in front of ND4J's executioner and writes down every op that passes, until it is closed.
 * On a GPU each of them is at least one kernel launch.
 *
 * <p>Host reads are those of {@link HostReads}, which the architecture tests hold to be the only
 * place of the library that reads an array. Matrix products go to BLAS past the executioner; the
 * library makes none.
 */
final class OpCounter implements AutoCloseable {
  private static final Set<String> EXECUTION = Set.of("exec", "execAndReturn", "scatterUpdate");

  private final OpExecutioner real = Nd4j.getExecutioner();
  private final List<Execution> seen = new ArrayList<>();
  private long readsBefore = HostReads.count();

  /** One op and the length of its longest array. */
  record Execution(String name, long length) {}

  /** What happened between two looks at the counter. */
  record Tally(List<Execution> executions, long reads) {

    long ops() {
      return executions.size();
    }

    long count(String name) {
      return executions.stream().filter(e -> e.name().equals(name)).count();
    }

    Map<String, Long> byName() {
      return executions.stream()
          .collect(Collectors.groupingBy(Execution::name, TreeMap::new, Collectors.counting()));
    }
  }

  OpCounter() {
    replace(
        (OpExecutioner)
            Proxy.newProxyInstance(
                OpExecutioner.class.getClassLoader(),
                new Class<?>[] {OpExecutioner.class},
                (proxy, method, arguments) -> {
                  if (EXECUTION.contains(method.getName())) {
                    seen.add(execution(arguments));
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }));
  }

  private static Execution execution(Object[] arguments) {
    OpContext context =
        Arrays.stream(arguments)
            .filter(OpContext.class::isInstance)
            .map(OpContext.class::cast)
            .findFirst()
            .orElse(null);
    Object op = arguments[0];
    List<INDArray> arrays = new ArrayList<>();
    if (context != null) {
      arrays.addAll(context.getInputArrays());
      arrays.addAll(context.getOutputArrays());
    }
    if (op instanceof Op plain) {
      arrays.addAll(Arrays.asList(plain.x(), plain.y(), plain.z()));
      return new Execution(plain.opName(), longest(arrays));
    }
    if (op instanceof CustomOp custom) {
      arrays.addAll(custom.inputArguments());
      arrays.addAll(custom.outputArguments());
      return new Execution(custom.opName(), longest(arrays));
    }
    return new Execution(op.getClass().getSimpleName(), 0);
  }

  private static long longest(Collection<INDArray> arrays) {
    return arrays.stream()
        .filter(array -> array != null)
        .mapToLong(INDArray::length)
        .max()
        .orElse(0);
  }

  /** What happened since the last look, or since the counter was made. */
  Tally take() {
    long reads = HostReads.count();
    Tally tally = new Tally(List.copyOf(seen), reads - readsBefore);
    seen.clear();
    readsBefore = reads;
    return tally;
  }

  /** The ops that one tally has more of than another, such as {@code mul_pairwise=2}. */
  static Map<String, Long> extra(Tally tally, Tally baseline) {
    Map<String, Long> more = tally.byName();
    Map<String, Long> less = baseline.byName();
    return Stream.concat(more.keySet().stream(), less.keySet().stream())
        .distinct()
        .filter(name -> more.getOrDefault(name, 0L) - less.getOrDefault(name, 0L) != 0)
        .collect(
            Collectors.toMap(
                Function.identity(),
                name -> more.getOrDefault(name, 0L) - less.getOrDefault(name, 0L),
                (a, b) -> a,
                TreeMap::new));
  }

  @Override
  public void close() {
    replace(real);
  }

  private static void replace(OpExecutioner executioner) {
    try {
      Field field = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
      field.setAccessible(true);
      field.set(null, executioner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("ND4J keeps its executioner elsewhere now", e);
    }
  }
}

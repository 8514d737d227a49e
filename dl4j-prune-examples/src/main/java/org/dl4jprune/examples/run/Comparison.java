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
package org.dl4jprune.examples.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dl4jprune.examples.data.FashionMnist;

/** Trains the same network by several methods, one after the other. */
public final class Comparison {
  private static final int WARM_UP_STEPS = 20;

  private final Setting setting;
  private final FashionMnist data;
  private final List<Method> methods;

  /**
   * Chooses the methods.
   *
   * @param setting what all methods share
   * @param data the images
   * @param methods what is compared
   */
  public Comparison(Setting setting, FashionMnist data, Set<Method> methods) {
    this.setting = setting;
    this.data = data;
    this.methods = methods.stream().sorted().toList();
  }

  /**
   * Counts the training steps of all methods together.
   *
   * @return what the observer will be told of
   */
  public long steps() {
    return setting.steps() * methods.stream().filter(method -> !sharesDense(method)).count();
  }

  /** The dense network is not trained twice: one-shot at the end begins where it ended. */
  private boolean sharesDense(Method method) {
    return method == Method.ONE_SHOT_AT_END && methods.contains(Method.DENSE);
  }

  /**
   * Trains all of them.
   *
   * @param observer is told about each step
   * @return the results in the order of {@link Method}
   */
  public List<RunResult> run(RunObserver observer) {
    warmUp();
    List<RunResult> results = new ArrayList<>();
    Trained dense = null;
    for (Method method : methods) {
      TrainingRun run = new TrainingRun(setting, data, method, observer);
      Trained trained = sharesDense(method) ? run.pruneAtEnd(dense) : run.train();
      results.add(trained.result());
      dense = method == Method.DENSE ? trained : null;
    }
    return results;
  }

  /** Without it the first method's time per step would include the loading of classes. */
  private void warmUp() {
    int images = Math.min(data.trainCount(), WARM_UP_STEPS * setting.batch());
    Setting few =
        new Setting(
            setting.network(),
            setting.engine(),
            setting.sparsity(),
            1,
            setting.batch(),
            setting.seed(),
            images);
    new TrainingRun(few, data.limit(images), Method.GRANET, step -> {}).train();
  }
}

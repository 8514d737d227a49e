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
package org.dl4jprune.examples.experiments;

import java.util.List;
import java.util.Optional;

/** A question that trainings answer. */
interface Study {

  /** The name that the command line calls it by. */
  String name();

  /** The question, in one line of Markdown. */
  String title();

  /** What is trained and how, in a few sentences of Markdown. */
  String setting();

  /** The cases in the order in which they are run. */
  List<Case> cases(List<Long> seeds);

  /** A page that draws the finished cases, as HTML; none by default. */
  default Optional<String> page(Results results) {
    return Optional.empty();
  }
}

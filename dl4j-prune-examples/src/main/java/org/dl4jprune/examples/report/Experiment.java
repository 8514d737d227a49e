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
package org.dl4jprune.examples.report;

import java.util.List;
import java.util.Map;
import org.dl4jprune.examples.run.RunResult;
import org.dl4jprune.examples.run.Setting;

/**
 * All that a reader needs to judge and to repeat a comparison.
 *
 * @param command what was typed
 * @param setting what all methods shared
 * @param data where the images came from
 * @param testImages how many images the accuracies were measured on
 * @param versions of the programs, by name
 * @param finished when it ended, in words
 * @param seconds how long it took, tests and saving included
 * @param results one for each method
 */
public record Experiment(
    String command,
    Setting setting,
    String data,
    int testImages,
    Map<String, String> versions,
    String finished,
    double seconds,
    List<RunResult> results) {}

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
package org.dl4jprune.compare;

/**
 * One training of a comparison.
 *
 * @param arm what was trained
 * @param seed of the repetition
 * @param score what the evaluation gave after the last epoch; NaN if the training failed
 * @param epochs how long it was trained
 * @param parameters of the trained network, dead weights not counted
 * @param operations multiply-accumulates of one example, dead weights not counted
 * @param cost multiply-accumulates times examples of the training, forward passes only, with the
 *     dense training before it where there was one
 * @param failed whether weights or score were not finite in the end
 */
public record ArmRun(
    Arm arm,
    long seed,
    double score,
    int epochs,
    long parameters,
    long operations,
    double cost,
    boolean failed) {}

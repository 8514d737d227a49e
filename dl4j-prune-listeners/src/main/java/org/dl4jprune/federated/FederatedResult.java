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
package org.dl4jprune.federated;

import org.dl4jprune.mask.PackedMasks;

/**
 * A model that was trained where the data are.
 *
 * @param model of the class that was given; dead weights are zero
 * @param mask what is kept
 * @param report what happened
 */
public record FederatedResult(Object model, PackedMasks mask, FederatedReport report) {}

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

import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * An iterator that can begin at any of its passes, each of which has an order of its own. A device
 * with such data trains alike whatever was drawn before, so that a training can go on elsewhere.
 */
public interface OrderedData extends DataSetIterator {

  /**
   * Goes to the first batch of a pass.
   *
   * @param pass from 0
   */
  void begin(long pass);
}

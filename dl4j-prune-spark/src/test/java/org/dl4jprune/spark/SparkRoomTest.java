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
package org.dl4jprune.spark;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the room may touch, and which of its classes know Spark. */
class SparkRoomTest {
  private static final JavaClasses ROOM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackagesOf(SparkPruning.class);

  @Test
  void itStandsOnListenersMasksAndTheModelView() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.dl4jprune..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "org.dl4jprune.spark",
                            "org.dl4jprune.listeners",
                            "org.dl4jprune.federated",
                            "org.dl4jprune.method",
                            "org.dl4jprune.report",
                            "org.dl4jprune.mask",
                            "org.dl4jprune.model",
                            "org.dl4jprune.io",
                            "org.dl4jprune.host"))))
        .check(ROOM);
  }

  @Test
  void messagesKnowNoSpark() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*[.](SparkPruning|SparkClients|SparkDevices|PruningTrainingMaster|PruningWorker|RoundResult|RoundSum|RoundTree|WorkerFailure)")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.spark..", "org.deeplearning4j.spark.."))
        .check(ROOM);
  }

  @Test
  void arraysAreNeverRead() {
    DescribedPredicate<JavaMethodCall> access =
        DescribedPredicate.describe(
            "reads an INDArray on the host",
            call ->
                call.getTargetOwner().isAssignableTo(INDArray.class)
                    && call.getName()
                        .matches(
                            "get(Double|Float|Int|Long|Number)|to.*(Vector|Matrix)|data|putScalar|.*Number"));
    noClasses().should().callMethodWhere(access).check(ROOM);
  }
}

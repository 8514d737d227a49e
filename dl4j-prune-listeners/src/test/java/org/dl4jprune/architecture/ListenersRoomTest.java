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
package org.dl4jprune.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.dl4jprune.gates.Gates;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.lottery.LotteryTicket;
import org.dl4jprune.merge.Soup;
import org.dl4jprune.training.Trainer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What acts at every step never reads an array, and only the adapter knows the model classes. */
class ListenersRoomTest {
  private static final JavaClasses LISTENERS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackagesOf(
              PruningListener.class,
              Trainer.class,
              LotteryTicket.class,
              Soup.class,
              org.dl4jprune.compare.ScratchComparison.class,
              org.dl4jprune.federated.FedTiny.class);

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
    noClasses().should().callMethodWhere(access).check(LISTENERS);
  }

  @Test
  void onlyTheAdaptersKnowTheModelClasses() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*[.](PruningListener|StepListener|CarbonMeter|SessionHooks|TrainingHooks|PruningModelSaver|CheckpointMasks|ParallelPruning.*)")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.deeplearning4j..").or(resideInAPackage("org.nd4j.autodiff..")))
        .check(LISTENERS);
  }

  @Test
  void gatesReadArraysInOneNamedPlace() {
    DescribedPredicate<JavaMethodCall> access =
        DescribedPredicate.describe(
            "reads an INDArray on the host",
            call ->
                call.getTargetOwner().isAssignableTo(INDArray.class)
                    && call.getName()
                        .matches(
                            "get(Double|Float|Int|Long|Number)|to.*(Vector|Matrix)|data|putScalar|.*Number"));
    JavaClasses gates =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackagesOf(Gates.class);
    noClasses().should().callMethodWhere(access).check(gates);
  }
}

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
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rooms of the library and the arrows between them, as docs/DESIGN.md states them. */
class RoomsTest {
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.dl4jprune");

  /** What reads single elements, or copies an array to the host. */
  private static final Set<String> ELEMENT_ACCESS =
      Set.of(
          "getDouble",
          "getFloat",
          "getInt",
          "getLong",
          "getNumber",
          "toFloatVector",
          "toDoubleVector",
          "toIntVector",
          "toLongVector",
          "toFloatMatrix",
          "toDoubleMatrix",
          "data",
          "putScalar",
          "sumNumber",
          "meanNumber",
          "minNumber",
          "maxNumber",
          "amaxNumber",
          "norm1Number",
          "norm2Number");

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("host")
        .definedBy("org.dl4jprune.host..")
        .layer("model")
        .definedBy("org.dl4jprune.model..")
        .layer("schedule")
        .definedBy("org.dl4jprune.schedule..")
        .layer("pattern")
        .definedBy("org.dl4jprune.pattern..")
        .layer("calibration")
        .definedBy("org.dl4jprune.calibration..")
        .layer("criterion")
        .definedBy("org.dl4jprune.criterion..")
        .layer("allocation")
        .definedBy("org.dl4jprune.allocation..")
        .layer("mask")
        .definedBy("org.dl4jprune.mask..")
        .layer("report")
        .definedBy("org.dl4jprune.report..")
        .layer("method")
        .definedBy("org.dl4jprune.method..")
        .layer("structure")
        .definedBy("org.dl4jprune.structure..")
        .layer("reconstruction")
        .definedBy("org.dl4jprune.reconstruction..")
        .layer("search")
        .definedBy("org.dl4jprune.search..")
        .layer("transform")
        .definedBy("org.dl4jprune.transform..")
        .layer("io")
        .definedBy("org.dl4jprune.io..")
        .layer("stats")
        .definedBy("org.dl4jprune.stats..")
        .layer("plot")
        .definedBy("org.dl4jprune.plot..")
        .whereLayer("reconstruction")
        .mayOnlyBeAccessedByLayers("transform")
        .whereLayer("io")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("search")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("plot")
        .mayOnlyBeAccessedByLayers("search")
        .whereLayer("stats")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("transform")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("structure")
        .mayOnlyBeAccessedByLayers("reconstruction", "search", "transform")
        .whereLayer("method")
        .mayOnlyBeAccessedByLayers("transform")
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("method", "transform")
        .whereLayer("mask")
        .mayOnlyBeAccessedByLayers("method", "transform", "report", "io")
        .whereLayer("allocation")
        .mayOnlyBeAccessedByLayers("method", "reconstruction", "search", "transform")
        .whereLayer("criterion")
        .mayOnlyBeAccessedByLayers("structure", "method", "search", "transform")
        .whereLayer("calibration")
        .mayOnlyBeAccessedByLayers("criterion", "structure", "method", "transform")
        .whereLayer("pattern")
        .mayOnlyBeAccessedByLayers("allocation", "method", "search", "transform")
        .whereLayer("schedule")
        .mayOnlyBeAccessedByLayers("method", "transform")
        .whereLayer("model")
        .mayOnlyBeAccessedByLayers(
            "structure",
            "calibration",
            "io",
            "criterion",
            "allocation",
            "mask",
            "report",
            "method",
            "reconstruction",
            "search",
            "transform",
            "io")
        .check(LIBRARY);
  }

  @Test
  void pureRoomsTouchNothingOfTheProject() {
    noClasses()
        .that()
        .resideInAPackage("org.dl4jprune.schedule..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.dl4jprune..")
                .and(DescribedPredicate.not(resideInAPackage("org.dl4jprune.schedule.."))))
        .check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage("org.dl4jprune.pattern..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.dl4jprune..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage("org.dl4jprune.pattern..", "org.dl4jprune.host.."))))
        .check(LIBRARY);
  }

  @Test
  void numbersAndChartsKnowNoModel() {
    noClasses()
        .that()
        .resideInAPackage("org.dl4jprune.stats..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.dl4jprune..")
                .and(DescribedPredicate.not(resideInAPackage("org.dl4jprune.stats.."))))
        .check(LIBRARY);
    noClasses()
        .that()
        .resideInAPackage("org.dl4jprune.plot..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.dl4jprune..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage("org.dl4jprune.plot..", "org.dl4jprune.file.."))))
        .check(LIBRARY);
  }

  @Test
  void onlyThreeRoomsKnowTheModelClasses() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "org.dl4jprune.model..", "org.dl4jprune.structure..", "org.dl4jprune.calibration..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.deeplearning4j..")
                .or(resideInAPackage("org.nd4j.autodiff..").as("SameDiff")))
        .check(LIBRARY);
  }

  @Test
  void arraysAreReadInOneNamedPlace() {
    DescribedPredicate<JavaMethodCall> elementAccess =
        DescribedPredicate.describe(
            "reads elements of an INDArray",
            call ->
                call.getTargetOwner().isAssignableTo(INDArray.class)
                    && ELEMENT_ACCESS.contains(call.getName()));
    noClasses()
        .that()
        .resideOutsideOfPackage("org.dl4jprune.host..")
        .should()
        .callMethodWhere(elementAccess)
        .check(LIBRARY);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    Set<String> described =
        LIBRARY.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    Set<String> all = LIBRARY.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertEquals(all, described);
  }
}

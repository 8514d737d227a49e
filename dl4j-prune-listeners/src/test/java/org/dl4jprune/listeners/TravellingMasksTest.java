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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.saver.LocalFileModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A pruned model stays pruned wherever DL4J's users take it. */
class TravellingMasksTest {
  @TempDir Path directory;

  @Test
  void aProgramWithoutThisLibraryReadsThePrunedModel() throws IOException {
    File file = directory.resolve("model.zip").toFile();
    for (Training.Kind kind : Training.Kind.values()) {
      Object model = kind.make();
      PruningListener listener = Toys.gradual().build();
      Training.fit(model, 2, listener);
      listener.save(file);
      Object plain =
          switch (kind) {
            case NETWORK -> ModelSerializer.restoreMultiLayerNetwork(file, true);
            case GRAPH -> ModelSerializer.restoreComputationGraph(file, true);
            case SAME_DIFF -> SameDiff.load(file, true);
          };
      assertEquals(Training.bits(model), Training.bits(plain));
      Training.fit(plain, 1);
    }
  }

  @Test
  void addToKeepsEverythingElseInTheFile() throws IOException {
    File file = directory.resolve("model.zip").toFile();
    MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PruningListener listener = Toys.gradual().build();
    Training.fit(model, 2, listener);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(Toys.batches(DataType.FLOAT, 1).get(0));
    ModelSerializer.writeModel(model, file, true);
    ModelSerializer.addNormalizerToModel(file, normalizer);
    ModelSerializer.addObjectToFile(file, "labels", "a, b, c");
    listener.addTo(file);
    listener.addTo(file);
    NormalizerStandardize read = ModelSerializer.restoreNormalizerFromFile(file);
    assertEquals(normalizer.getMean(), read.getMean());
    assertEquals("a, b, c", ModelSerializer.getObjectFromFile(file, "labels"));
    ModelSerializer.addNormalizerToModel(file, normalizer);
    RestoredPruning restored = PruningListener.load(file);
    assertEquals(
        TrainedInParts.state(model, listener),
        TrainedInParts.state(restored.model(), restored.listener()));
    assertEquals(1, Stream.of(directory.toFile().list()).count());

    model.fit(Toys.batches(DataType.FLOAT, 1).get(0));
    IllegalStateException late =
        assertThrows(IllegalStateException.class, () -> listener.addTo(file));
    assertTrue(late.getMessage().contains("10 steps"), late.getMessage());
  }

  @Test
  void addToServesSameDiffFiles() throws IOException {
    File file = directory.resolve("model.sd").toFile();
    SameDiff model = (SameDiff) Training.Kind.SAME_DIFF.make();
    PruningListener listener = Toys.granet().build();
    Training.fit(model, 2, listener);
    model.save(file, true);
    long bare = file.length();
    listener.addTo(file);
    long once = file.length();
    listener.addTo(file);
    assertEquals(once, file.length());
    assertTrue(once > bare);
    RestoredPruning restored = PruningListener.load(file);
    assertEquals(
        TrainedInParts.state(model, listener),
        TrainedInParts.state(restored.model(), restored.listener()));
    byte[] bytes = Files.readAllBytes(file.toPath());
    bytes[(int) bare / 2] ^= 1;
    Files.write(file.toPath(), bytes);
    assertThrows(IOException.class, () -> PruningListener.restore(model, file));
  }

  @Test
  void checkpointsOfDl4jCarryMasks() throws IOException {
    MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PruningListener listener = Toys.gradual().build();
    File folder = directory.toFile();
    CheckpointListener checkpoints =
        new CheckpointListener.Builder(folder).keepAll().saveEveryNIterations(4).build();
    Training.fit(model, 2, listener, checkpoints, new CheckpointMasks(listener, folder));
    assertEquals(2, checkpoints.availableCheckpoints().size());
    for (int number = 0; number < 2; number++) {
      // DL4J saves after step 5 and calls it 4: the step that it has not counted yet.
      RestoredPruning restored =
          PruningListener.load(CheckpointListener.getFileForCheckpoint(folder, number));
      long steps = number == 0 ? 5 : 9;
      assertEquals(steps, PrunableModel.ofAny(restored.model()).iteration());
      TrainedInParts.listen(restored.model(), restored.listener());
      TrainedInParts.steps(restored.model(), (int) (10 - steps));
      assertEquals(Training.bits(model), Training.bits(restored.model()));
    }
  }

  @Test
  void checkpointsOfASameDiffGraphCanBeTrainedOn() throws IOException {
    for (boolean epochs : new boolean[] {true, false}) {
      File folder = directory.resolve("epochs-" + epochs).toFile();
      var builder =
          org.nd4j.autodiff.listeners.checkpoint.CheckpointListener.builder(folder)
              .fileNamePrefix("graph")
              .keepLast(1);
      var checkpoints =
          (epochs ? builder.saveEveryNEpochs(1) : builder.saveEveryNIterations(4)).build();
      SameDiff model = (SameDiff) Training.Kind.SAME_DIFF.make();
      PruningListener listener = Toys.granet().build();
      Training.fit(model, 2, listener, checkpoints, new CheckpointMasks(listener, folder));
      assertEquals(1, checkpoints.availableCheckpoints().size());
      File last = new File(folder, checkpoints.lastCheckpoint().getFilename());
      RestoredPruning restored = PruningListener.load(last);
      long steps = epochs ? 10 : 8;
      assertEquals(steps, PrunableModel.ofAny(restored.model()).iteration());
      TrainedInParts.listen(restored.model(), restored.listener());
      TrainedInParts.steps(restored.model(), (int) (10 - steps));
      assertEquals(Training.bits(model), Training.bits(restored.model()));
      assertEquals(PackedMasks.of(listener.masks()), PackedMasks.of(restored.listener().masks()));
    }
  }

  @Test
  void earlyStoppingKeepsMasks() throws IOException {
    File folder = directory.toFile();
    for (int i = 0; i < 3; i++) {
      MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
      PruningListener listener = Toys.gradual().build();
      EarlyStoppingModelSaver<MultiLayerNetwork> saver =
          i == 0
              ? new PruningModelSaver<>(listener, folder)
              : i == 1 ? new LocalFileModelSaver(folder) : new InMemoryModelSaver<>();
      model.setListeners(listener);
      ExistingDataSetIterator data = new ExistingDataSetIterator(Toys.batches(DataType.FLOAT, 5));
      EarlyStoppingResult<MultiLayerNetwork> result =
          new EarlyStoppingTrainer(
                  new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                      .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
                      .scoreCalculator(new DataSetLossCalculator(data, true))
                      .modelSaver(saver)
                      .saveLastModel(true)
                      .build(),
                  model,
                  data)
              .fit();
      assertEquals(
          EarlyStoppingResult.TerminationReason.EpochTerminationCondition,
          result.getTerminationReason());
      assertNotNull(result.getBestModel());
      assertEquals(Training.bits(model), Training.bits(saver.getLatestModel()));
      PruningListener again =
          i == 0
              ? PruningListener.load(new File(folder, "latestModel.bin")).listener()
              : listener.copyTo(saver.getLatestModel());
      assertEquals(PackedMasks.of(listener.masks()), PackedMasks.of(again.masks()));
      assertEquals(listener.report().toJson(), again.report().toJson());
    }
  }

  @Test
  void aCloneGoesOnByItself() {
    for (Training.Kind kind : Training.Kind.values()) {
      Object model = kind.make();
      PruningListener listener = Toys.granet().build();
      TrainedInParts.listen(model, listener);
      TrainedInParts.steps(model, 7);
      Object clone =
          model instanceof MultiLayerNetwork network
              ? network.clone()
              : PrunableModel.ofAny(model).copy().unwrap();
      PruningListener other = listener.copyTo(clone);
      TrainedInParts.listen(clone, other);
      TrainedInParts.steps(model, 5);
      TrainedInParts.steps(clone, 5);
      assertEquals(
          TrainedInParts.state(model, listener), TrainedInParts.state(clone, other), kind.name());
      other.close();
      TrainedInParts.steps(model, 1);
    }
  }

  @Test
  void transferLearningKeepsTheMasksOfTheLayersThatRemain() {
    MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PruningListener listener = Toys.gradual().build();
    Training.fit(model, 2, listener);
    MultiLayerNetwork tuned =
        new TransferLearning.Builder(model)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Adam(1e-2)).seed(9).build())
            .setFeatureExtractor(0)
            .nOutReplace(2, 5, WeightInit.XAVIER)
            .build();
    PruningListener[] kept = new PruningListener[1];
    List<String> said =
        Training.warnings(Transfer.class, () -> kept[0] = listener.transferTo(tuned));
    assertEquals(1, said.size(), said.toString());
    assertTrue(said.get(0).contains("2_W"), said.get(0));
    assertEquals(
        List.of("0_W", "1_W"), List.copyOf(PackedMasks.of(kept[0].masks()).lengths().keySet()));
    INDArray before = tuned.getParam("1_W").dup();
    tuned.setListeners(kept[0]);
    DataSet batch = Toys.batches(DataType.FLOAT, 1).get(0);
    for (int i = 0; i < 3; i++) {
      tuned.fit(new DataSet(batch.getFeatures(), Nd4j.rand(16, 5)));
    }
    assertTrue(before.sub(tuned.getParam("1_W")).norm1Number().doubleValue() > 0);
    for (String name : List.of("0_W", "1_W")) {
      assertEquals(
          model.getParam(name).eq(0).castTo(DataType.FLOAT).sumNumber(),
          tuned.getParam(name).eq(0).castTo(DataType.FLOAT).sumNumber());
      assertArrayEquals(
          model.getParam(name).eq(0).castTo(DataType.FLOAT).dup('c').reshape(-1).toFloatVector(),
          tuned.getParam(name).eq(0).castTo(DataType.FLOAT).dup('c').reshape(-1).toFloatVector());
    }
    assertThrows(IllegalArgumentException.class, () -> listener.transferTo(Toys.convolutional()));
  }

  @Test
  void masksOfAnotherModelChangeNothing() throws IOException {
    File file = directory.resolve("model.zip").toFile();
    MultiLayerNetwork model = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    PruningListener listener = Toys.gradual().build();
    Training.fit(model, 2, listener);
    listener.save(file);
    MultiLayerNetwork fresh = Toys.mlp(new Adam(1e-2), DataType.FLOAT);
    List<Long> before = Training.bits(fresh);
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> PruningListener.restore(fresh, file));
    assertTrue(error.getMessage().contains("0_W"), error.getMessage());
    assertEquals(before, Training.bits(fresh));
    assertEquals(0, fresh.getIterationCount());
    assertThrows(
        IllegalArgumentException.class, () -> PruningListener.restore(Toys.convolutional(), file));
    ModelSerializer.writeModel(model, file, true);
    IOException bare = assertThrows(IOException.class, () -> PruningListener.restore(model, file));
    assertTrue(bare.getMessage().contains("addTo"), bare.getMessage());
  }
}

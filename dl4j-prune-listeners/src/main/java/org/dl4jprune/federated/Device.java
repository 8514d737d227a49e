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

import java.util.ArrayList;
import java.util.List;
import org.dl4jprune.calibration.ChannelMoments;
import org.dl4jprune.host.HostBits;
import org.dl4jprune.host.HostReads;
import org.dl4jprune.io.RandomState;
import org.dl4jprune.listeners.PruningListener;
import org.dl4jprune.lottery.Rewinding;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.method.SparseGradient;
import org.dl4jprune.method.SparseTopGradient;
import org.dl4jprune.model.Gradients;
import org.dl4jprune.model.ModelTraining;
import org.dl4jprune.model.Parameter;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.model.UpdaterState;
import org.dl4jprune.transform.Pruned;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What runs where the data are: answers the server's requests with a model of its own. Card {@code
 * fedtiny}; arXiv 2212.01977.
 *
 * <p>Values travel as FLOAT, so those of a DOUBLE model are rounded. Dead weights stay zero at
 * every step. Arrays are dense in ND4J: a device holds the whole model, and for the gradients of
 * pruned weights one array of the model's size for the time of one batch; only the list that it
 * sends has the size that was asked for.
 */
public final class Device {
  private final SparseModel own;
  private final DeviceSettings settings;
  private final DeviceData data;
  private final int number;
  private PackedMasks mask;
  private int maskVersion = -1;
  private Request.Moments candidates;

  /**
   * A device with its data, which it goes over once.
   *
   * @param model its own copy of the model, with the updater to train with
   * @param settings what all devices know
   * @param data its own data; can be reset
   * @param number of the device, from 0
   * @throws IllegalArgumentException if there are no data or the model has other parameters
   */
  public Device(PrunableModel model, DeviceSettings settings, DataSetIterator data, int number) {
    this.own = new SparseModel(model, settings.pruned());
    this.settings = settings;
    this.data = new DeviceData(data, number);
    this.number = number;
  }

  /**
   * How many training examples it has.
   *
   * @return at least 1
   */
  public long examples() {
    return data.examples();
  }

  /** The mask of the last training, for tests. */
  PackedMasks mask() {
    return mask;
  }

  /** The device's own model, for tests. */
  PrunableModel model() {
    return own.model();
  }

  /**
   * Does what the server asks.
   *
   * @param request the message
   * @return the answer; with NaN if the device's training diverged
   */
  public Answer answer(Request request) {
    Random random = Nd4j.getRandom();
    long root = random.rootState();
    long node = random.nodeState();
    try {
      if (request instanceof Request.Moments moments) {
        return moments(moments);
      }
      if (request instanceof Request.Losses losses) {
        return losses(losses);
      }
      return train((Request.Train) request);
    } finally {
      random.setStates(root, node);
    }
  }

  private Answer moments(Request.Moments request) {
    candidates = request;
    own.setDense(request.dense());
    List<ChannelMoments> found = new ArrayList<>();
    for (SparseValues candidate : request.candidates()) {
      own.setSparse(candidate.kept(), own.mask(candidate.mask()));
      found.add(ChannelMoments.of(own.model(), data.all()));
    }
    return new Answer.Moments(found);
  }

  private Answer losses(Request.Losses request) {
    boolean sent = !request.candidates().isEmpty();
    List<SparseValues> models = sent ? request.candidates() : candidates.candidates();
    own.setDense(sent ? request.dense() : candidates.dense());
    candidates = null;
    List<DataSet> development = data.development();
    float[] losses = new float[models.size()];
    for (int i = 0; i < losses.length; i++) {
      own.setSparse(models.get(i).kept(), own.mask(models.get(i).mask()));
      if (!request.moments().isEmpty()) {
        request.moments().get(i).setOn(own.model());
      }
      losses[i] = (float) loss(development);
    }
    return new Answer.Losses(losses);
  }

  private double loss(List<DataSet> batches) {
    double sum = 0;
    long count = 0;
    for (DataSet batch : batches) {
      sum += batch.numExamples() * own.model().loss(batch.toMultiDataSet());
      count += batch.numExamples();
    }
    return sum / count;
  }

  private Answer train(Request.Train request) {
    PrunableModel model = own.model();
    boolean goesOn = settings.keepState() && request.maskVersion() - maskVersion <= 1;
    if (request.model().mask() != null) {
      mask = own.mask(request.model().mask());
    }
    maskVersion = request.maskVersion();
    own.setDense(request.dense());
    own.setSparse(request.model().kept(), mask);
    if (!goesOn) {
      resetState(model);
    }
    long rounds = request.round() - 1L;
    model.setCounts(
        rounds * settings.localEpochs() * data.batches(), rounds * settings.localEpochs());
    RandomState.seed(settings.seed() + 1_000_003L * request.round() + number);
    long pass = rounds * (settings.localEpochs() + 1L) + 1;
    fit(Rewinding.mask(model, mask), pass);
    Answer.Trained answer =
        new Answer.Trained(
            own.dense(),
            own.sparse(mask).kept(),
            gradients(request.wanted(), pass + settings.localEpochs()));
    if (!answer.isFinite()) {
      resetState(model);
    }
    return answer;
  }

  private void fit(Pruned pruned, long pass) {
    PrunableModel model = pruned.model();
    try (PruningListener keeper = PruningListener.keeping(pruned)) {
      ModelTraining.setListeners(model, List.of(keeper));
      for (int epoch = 0; epoch < settings.localEpochs(); epoch++) {
        ModelTraining.fit(model, new MultiDataSetIteratorAdapter(data.begin(pass + epoch)));
      }
    } finally {
      ModelTraining.setListeners(model, List.of());
    }
  }

  private static void resetState(PrunableModel model) {
    for (UpdaterState state : model.updaterStates()) {
      state.array().assign(state.initialValue());
    }
  }

  /** Of the first batch of a pass, at the trained weights. */
  private List<SparseGradient> gradients(List<Request.Wanted> wanted, long pass) {
    List<SparseGradient> lists = new ArrayList<>();
    if (wanted.isEmpty()) {
      return lists;
    }
    MultiDataSet batch = data.begin(pass).next().toMultiDataSet();
    try (Gradients gradients = own.model().gradients(batch)) {
      for (Request.Wanted of : wanted) {
        Parameter parameter = own.layout().parameters().get(of.parameter());
        lists.add(top(parameter, gradients.of(parameter), of.most()));
      }
    }
    return lists;
  }

  private SparseGradient top(Parameter parameter, INDArray gradient, long most) {
    try (INDArray rows = parameter.asMatrix(gradient).dup('c');
        INDArray kept = Nd4j.createUninitialized(rows.dataType(), rows.length())) {
      INDArray flat = rows.reshape('c', new long[] {rows.length()});
      if (!finite(flat)) {
        return new SparseGradient(new int[] {0}, new float[] {Float.NaN});
      }
      HostBits.unpack(mask.words().get(parameter.name()), kept);
      return SparseTopGradient.of(flat, kept, most);
    }
  }

  // A sum that overflows is of a training that diverged.
  private static boolean finite(INDArray values) {
    return Double.isFinite(HostReads.scalar(Transforms.abs(values, true).sum()));
  }
}

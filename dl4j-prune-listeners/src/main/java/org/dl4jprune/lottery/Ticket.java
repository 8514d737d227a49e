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
package org.dl4jprune.lottery;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.dl4jprune.io.SealedFile;
import org.dl4jprune.mask.PackedMasks;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.training.Snapshot;
import org.dl4jprune.transform.Pruned;

/**
 * A lottery ticket: a mask, the state that its training starts from (M ⊙ W_k with updater state and
 * clock), and where it comes from. A file of it is versioned and checksummed; it takes one bit for
 * each weight that may be pruned and the state as it is.
 *
 * @param mask what survives
 * @param start the state to train from, zero outside of the mask
 * @param provenance where it comes from
 */
public record Ticket(PackedMasks mask, Snapshot start, Provenance provenance)
    implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String KIND = "ticket";
  private static final int VERSION = 1;

  /**
   * Where a ticket comes from; written as JSON.
   *
   * @param method what drew it
   * @param seed of model and data
   * @param round the round it was drawn in, from 1
   * @param sparsity the fraction of zeros that was reached
   * @param iteration the step that its weights are of
   * @param settings all other settings of the method
   */
  public record Provenance(
      String method,
      long seed,
      int round,
      double sparsity,
      long iteration,
      Map<String, String> settings) {}

  /**
   * Checks that nothing is missing.
   *
   * @param mask what survives
   * @param start the state to train from
   * @param provenance where it comes from
   */
  public Ticket {
    Objects.requireNonNull(mask, "mask");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * Sets a model to the ticket.
   *
   * @param model an initialised model of the same class and shapes, changed in place
   * @return the model with its masks, for {@link org.dl4jprune.listeners.PruningListener#keeping}
   * @throws IllegalArgumentException if they do not fit; then nothing has changed
   * @throws IllegalStateException if a SameDiff graph has not made its updaters yet
   */
  public Pruned applyTo(Object model) {
    return Rewinding.rewind(
        PrunableModel.ofAny(model),
        start,
        mask,
        Rewinding.Mode.WEIGHTS,
        Rewinding.UpdaterStart.RESTORED);
  }

  /**
   * Writes the ticket.
   *
   * @param file is whole or not there, whatever happens
   * @throws IOException if the disk refuses
   */
  public void save(Path file) throws IOException {
    SealedFile.write(file, KIND, VERSION, this::writeTo);
  }

  private void writeTo(DataOutputStream out) throws IOException {
    byte[] json = MAPPER.writeValueAsString(provenance).getBytes(StandardCharsets.UTF_8);
    out.writeInt(json.length);
    out.write(json);
    Map<String, long[]> words = mask.words();
    out.writeInt(words.size());
    for (Map.Entry<String, long[]> one : words.entrySet()) {
      out.writeUTF(one.getKey());
      out.writeLong(mask.lengths().get(one.getKey()));
      out.writeInt(one.getValue().length);
      for (long word : one.getValue()) {
        out.writeLong(word);
      }
    }
    start.writeTo(out);
  }

  /**
   * Reads a ticket.
   *
   * @param file as {@link #save} wrote it
   * @return the ticket
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is no ticket, of another version, or damaged
   */
  public static Ticket load(Path file) throws IOException {
    return SealedFile.read(file, KIND, VERSION, Ticket::readFrom);
  }

  private static Ticket readFrom(DataInputStream in) throws IOException {
    Provenance provenance = MAPPER.readValue(in.readNBytes(in.readInt()), Provenance.class);
    Map<String, long[]> words = new LinkedHashMap<>();
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      lengths.put(name, in.readLong());
      long[] bits = new long[in.readInt()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = in.readLong();
      }
      words.put(name, bits);
    }
    return new Ticket(PackedMasks.of(words, lengths), Snapshot.readFrom(in), provenance);
  }

  @Override
  public void close() {
    start.close();
  }
}

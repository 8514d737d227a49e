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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dl4jprune.model.PrunableModel;
import org.dl4jprune.search.Benefit;
import org.dl4jprune.search.Equilibrium;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Neurons and filters as players: each sets its own participation s in [0, 1] by what it brings and
 * what it costs, and those that do not pay leave. There is no target and no ranking; the costs
 * decide. "Pruning as a Game", <a href="https://arxiv.org/abs/2512.22106">arXiv 2512.22106</a>.
 *
 * <pre>{@code
 * PruningGame game = PruningGame.builder().l2Cost(0.05).l1Cost(0.05).build();
 * network.setListeners(game.listener());
 * network.fit(train, 20);
 * GameResult smaller = game.prune(network);
 * }</pre>
 *
 * <p>While it trains, the model runs with s·θ, θ being all incoming parameters of a unit, or the
 * scale and shift of the batch normalisation behind it; so does its {@code output}. Penalties and
 * constraints of the model's own act on s·θ, and a model that is saved meanwhile is the one with s
 * folded into its weights; {@link StepListener#save} writes the participations too, so that the
 * game can go on. {@link #solve} looks for the equilibrium of a trained model instead, without
 * training.
 *
 * <p>A cut changes nothing where s is 0, unless the activation of zero is not zero (sigmoid,
 * softplus), since a silent unit then still gives that constant. With β = 0 and η = 0 the
 * participations run to 0 or 1. A unit at 0 comes back where more of it would lower the loss, but
 * not through a ReLU, whose derivative at 0 is 0, and not with {@code LITERAL}.
 *
 * <p>Cost of a step: a few passes over the weights, and one read of one number for each layer.
 * Memory: two vectors of all parameters in blocks with players.
 */
public final class PruningGame {
  static final String NAME = "PruningGame";

  private final ParticipationRule rule;
  private final double threshold;
  private final List<String> names;
  private final StepListener listener;

  private PruningGame(Builder settings) {
    this.rule =
        new ParticipationRule(
            settings.benefit,
            settings.alpha,
            settings.l2Cost,
            settings.l1Cost,
            settings.competition,
            settings.rate);
    this.threshold = settings.threshold;
    this.names = List.copyOf(settings.layers);
    this.listener = new StepListener(NAME, model -> new GameSession(rule, names, model));
  }

  /**
   * A builder.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * What the model is to train with.
   *
   * @return the same listener at every call
   */
  public StepListener listener() {
    return listener;
  }

  /**
   * Cuts the players below the threshold; the participations of the others are in their weights.
   *
   * @param model the model that was trained with the listener; it is not touched
   * @return a smaller model of the same class
   * @throws IllegalStateException if the model was not trained with this listener
   */
  public GameResult prune(Object model) {
    listener.session();
    GameSession session = (GameSession) listener.session(model);
    return GameResult.cut(
        session.groups(), session.layers(), List.of(), threshold, remarks(session.remarks()));
  }

  /**
   * Looks for the equilibrium of a model as it is, and cuts the players that leave.
   *
   * @param model a trained model; it is not touched
   * @param batches what the benefits are averaged over, such as 32 batches of 128
   * @return a smaller model of the same class
   * @throws IllegalArgumentException if there are no batches, or no players
   * @throws IllegalStateException if a gradient is not finite
   */
  public GameResult solve(Object model, List<? extends MultiDataSet> batches) {
    return solve(model, batches, 0);
  }

  /**
   * Looks for the price of participation at which no more than a number of players stay, whatever
   * {@code l1Cost} says.
   *
   * @param model a trained model; it is not touched
   * @param batches what the benefits are averaged over
   * @param players how many may stay in all layers together; 0 takes the price that was given
   * @return a smaller model of the same class
   * @throws IllegalArgumentException if so many would not stay even for nothing, or as above
   * @throws IllegalStateException if a gradient is not finite
   */
  public GameResult solve(Object model, List<? extends MultiDataSet> batches, int players) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("Benefits need at least one batch");
    }
    GameSolution solution = new GameSolution(rule, names, PrunableModel.ofAny(model).copy());
    List<Equilibrium> ends = solution.play(batches, players, threshold);
    return GameResult.cut(
        solution.groups(), solution.layers(), ends, threshold, remarks(solution.refusals()));
  }

  private List<String> remarks(List<String> said) {
    List<String> all = new ArrayList<>(said);
    if (rule.l2Cost() == 0 && rule.competition() == 0) {
      all.add("without l2Cost and competition every participation runs to 0 or to 1");
    }
    return all;
  }

  /** Collects the settings; all checks are in {@link #build()}. */
  public static final class Builder {
    private Benefit benefit = Benefit.DESCENT;
    private double alpha = 1;
    private double l2Cost;
    private double l1Cost;
    private double competition;
    private double rate = 1e-3;
    private double threshold = 0.01;
    private final List<String> layers = new ArrayList<>();

    private Builder() {}

    /**
     * What participation brings.
     *
     * @param benefit {@code DESCENT} by default
     * @return this
     */
    public Builder benefit(Benefit benefit) {
      this.benefit = Objects.requireNonNull(benefit);
      return this;
    }

    /**
     * What the benefit is multiplied by.
     *
     * @param alpha at least 0; 1 by default; at 0 only the costs act
     * @return this
     */
    public Builder alpha(double alpha) {
      this.alpha = alpha;
      return this;
    }

    /**
     * The cost of large weights, β‖θ‖²s².
     *
     * @param beta at least 0; 0 by default
     * @return this
     */
    public Builder l2Cost(double beta) {
      this.l2Cost = beta;
      return this;
    }

    /**
     * The price of participation, γs.
     *
     * @param gamma at least 0; 0 by default
     * @return this
     */
    public Builder l1Cost(double gamma) {
      this.l1Cost = gamma;
      return this;
    }

    /**
     * The cost of others of the same layer with similar weights, η s_i s_j ⟨θ_i, θ_j⟩.
     *
     * @param eta at least 0; 0 by default
     * @return this
     */
    public Builder competition(double eta) {
      this.competition = eta;
      return this;
    }

    /**
     * How fast participations move; times the number of steps about 10.
     *
     * @param rate above 0; 1e-3 by default
     * @return this
     */
    public Builder participationRate(double rate) {
      this.rate = rate;
      return this;
    }

    /**
     * The least participation of a player that stays.
     *
     * @param threshold in [0, 1); 0.01 by default
     * @return this
     */
    public Builder threshold(double threshold) {
      this.threshold = threshold;
      return this;
    }

    /**
     * Lets these layers play only.
     *
     * @param names layer names
     * @return this
     */
    public Builder layers(String... names) {
      layers.addAll(List.of(names));
      return this;
    }

    /**
     * Checks the settings.
     *
     * @return the method, for one training
     * @throws IllegalArgumentException if one of them is out of range
     */
    public PruningGame build() {
      check("alpha", alpha);
      check("l2Cost", l2Cost);
      check("l1Cost", l1Cost);
      check("competition", competition);
      if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "The rate of participation must be positive and finite, not %s".formatted(rate));
      }
      if (!(threshold >= 0 && threshold < 1)) {
        throw new IllegalArgumentException(
            "The threshold %s of participation lies outside [0, 1)".formatted(threshold));
      }
      return new PruningGame(this);
    }

    private static void check(String name, double cost) {
      if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "%s %s: alpha and all costs must be finite and at least 0".formatted(name, cost));
      }
    }
  }
}

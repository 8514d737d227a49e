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
package org.dl4jprune.structure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.dl4jprune.model.Role;

/**
 * A plan as a page to look at: one bar for each coupled axis of each weight, as long as the axis is
 * wide, with the slices that go left empty, and one line beside the bars for each group.
 */
public final class PlanPicture {
  private static final int NAMES = 260;
  private static final int BARS = 420;
  private static final int WIDTHS = 110;
  private static final int ROW = 20;
  private static final int LANE = 9;
  private static final List<String> COLOURS =
      List.of(
          "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6bb1", "#a6761d", "#1b9aaa", "#c44e52");
  private static final String STAYS = "#9aa3af";

  private final ChannelGroups groups;
  private final Set<Integer> gone;
  private final List<Row> rows = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();

  /** One axis of one parameter, and the groups that its slices belong to. */
  private record Row(Slot slot, boolean firstOfLayer, Set<Integer> groups) {}

  private PlanPicture(ChannelGroups groups, RemovalPlan plan) {
    plan.check(groups);
    this.groups = groups;
    this.gone = new HashSet<>(plan.units());
    Map<Integer, Integer> groupOf = new LinkedHashMap<>();
    groups
        .groups()
        .forEach(group -> group.units().forEach(unit -> groupOf.put(unit, group.index())));
    String layer = null;
    for (Slot slot : groups.slots()) {
      Role role = slot.parameter().role();
      if (role != Role.NORM_STATISTIC && role != Role.BIAS) {
        Set<Integer> touched = new TreeSet<>();
        Arrays.stream(slot.channels())
            .map(groups::unitOf)
            .filter(groupOf::containsKey)
            .forEach(unit -> touched.add(groupOf.get(unit)));
        rows.add(new Row(slot, !slot.parameter().layer().equals(layer), touched));
        layer = slot.parameter().layer();
      }
    }
  }

  /**
   * The page: the picture and, under it, the couplings in words.
   *
   * @param groups the groups of a model
   * @param plan which units go
   * @return the text of an HTML file that needs no other file
   * @throws IllegalArgumentException if the plan does not fit the model
   */
  public static String html(ChannelGroups groups, RemovalPlan plan) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>What is removed</title>
        <style>
        body { margin: 24px; font: 14px/1.5 system-ui, Arial, sans-serif; color: #1d2530; }
        svg { max-width: 1180px; }
        pre { white-space: pre-wrap; font-size: 12px; color: #46505e; }
        </style></head>
        <body>
        <h1>What is removed</h1>
        <p>%s</p>
        %s
        <h2>What is coupled, and why</h2>
        <pre>%s</pre>
        </body>
        </html>
        """
        .formatted(escaped(summary(groups, plan)), svg(groups, plan), escaped(groups.explain()));
  }

  /**
   * The picture alone.
   *
   * @param groups the groups of a model
   * @param plan which units go
   * @return an SVG element
   * @throws IllegalArgumentException if the plan does not fit the model
   */
  public static String svg(ChannelGroups groups, RemovalPlan plan) {
    return new PlanPicture(groups, plan).draw();
  }

  private static String summary(ChannelGroups groups, RemovalPlan plan) {
    int units = groups.groups().stream().mapToInt(group -> group.units().size()).sum();
    return "%,d of %,d units in %,d groups go. Each bar is an axis of a weight: full where slices stay, empty where they go, grey where nothing can go; a line joins what goes together."
        .formatted(plan.units().size(), units, groups.groups().size());
  }

  private String draw() {
    Map<Integer, Integer> lanes = lanes();
    int lanesWide = LANE * (1 + lanes.values().stream().mapToInt(i -> i).max().orElse(0));
    int width = NAMES + BARS + WIDTHS + lanesWide + LANE;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"kept and removed slices\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        width, ROW * (rows.size() + 1));
    long widest = rows.stream().mapToLong(row -> row.slot().channels().length).max().orElse(1);
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), ROW * i + 4, widest);
    }
    lanes.forEach(this::joint);
    add("</svg>");
    return svg.toString();
  }

  private void row(Row row, int top, long widest) {
    Slot slot = row.slot();
    if (row.firstOfLayer()) {
      add(
          "<text x=\"0\" y=\"%d\" font-weight=\"600\">%s</text>",
          top + 11, escaped(slot.parameter().layer()));
    }
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#5d6876\">%s axis %d</text>",
        NAMES - 10, top + 11, escaped(shortName(slot)), slot.axis());
    int[] units = Arrays.stream(slot.channels()).map(groups::unitOf).toArray();
    // The square root keeps narrow layers visible beside flattened ones.
    double length = BARS * Math.sqrt((double) units.length / widest);
    String colour = row.groups().isEmpty() ? STAYS : colour(row.groups().iterator().next());
    add(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"12\" fill=\"none\" stroke=\"%s\"/>",
        NAMES, top + 1, length, colour);
    runs(units, colour, length, top);
    add(
        "<text x=\"%.1f\" y=\"%d\" fill=\"#46505e\">%s</text>",
        NAMES + length + 6, top + 11, widths(units));
  }

  private static String shortName(Slot slot) {
    String name = slot.parameter().name();
    return name.substring(name.lastIndexOf('_') + 1);
  }

  private String widths(int[] units) {
    long kept = Arrays.stream(units).filter(unit -> !gone.contains(unit)).count();
    return kept == units.length
        ? String.valueOf(units.length)
        : "%d \u2192 %d".formatted(units.length, kept);
  }

  /** Neighbours of the same fate are one rectangle. */
  private void runs(int[] units, String colour, double length, int top) {
    IntPredicate kept = i -> !gone.contains(units[i]);
    int start = 0;
    while (start < units.length) {
      boolean stays = kept.test(start);
      int from = start;
      int end =
          IntStream.range(from, units.length)
              .filter(i -> kept.test(i) != stays)
              .findFirst()
              .orElse(units.length);
      if (stays) {
        add(
            "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"12\" fill=\"%s\"/>",
            NAMES + length * from / units.length,
            top + 1,
            length * (end - from) / units.length,
            colour);
      }
      start = end;
    }
  }

  /** The first lane that is free from a group's first row to its last. */
  private Map<Integer, Integer> lanes() {
    Map<Integer, Integer> lanes = new LinkedHashMap<>();
    List<Integer> freeAfter = new ArrayList<>();
    for (ChannelGroup group : groups.groups()) {
      int[] places = places(group.index());
      if (places.length == 0) {
        continue;
      }
      int lane = 0;
      while (lane < freeAfter.size() && freeAfter.get(lane) >= places[0]) {
        lane++;
      }
      int last = places[places.length - 1];
      if (lane == freeAfter.size()) {
        freeAfter.add(last);
      } else {
        freeAfter.set(lane, last);
      }
      lanes.put(group.index(), lane);
    }
    return lanes;
  }

  private int[] places(int group) {
    return IntStream.range(0, rows.size())
        .filter(i -> rows.get(i).groups().contains(group))
        .toArray();
  }

  private void joint(int group, int lane) {
    int x = NAMES + BARS + WIDTHS + LANE * lane;
    int[] places = places(group);
    add(
        "<path d=\"M%d %dV%d\" stroke=\"%s\" stroke-width=\"2\"/>",
        x, middle(places[0]), middle(places[places.length - 1]), colour(group));
    for (int place : places) {
      add(
          "<circle cx=\"%d\" cy=\"%d\" r=\"3.5\" fill=\"%s\"><title>group %d</title></circle>",
          x, middle(place), colour(group), group);
    }
  }

  private static int middle(int row) {
    return ROW * row + 11;
  }

  private static String colour(int group) {
    return COLOURS.get(group % COLOURS.size());
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

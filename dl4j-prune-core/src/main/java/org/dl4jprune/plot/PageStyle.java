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
package org.dl4jprune.plot;

/** The looks of pages. */
public final class PageStyle {

  /** Plain fonts and few lines, so that the numbers stand out; wide tables scroll on phones. */
  public static final String CSS =
      """
      :root { color-scheme: light; }
      body { margin: 0; background: #f4f5f7; color: #1d2530;
        font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
      main { max-width: 1180px; margin: 32px auto; padding: 8px 36px 32px; background: #fff;
        border: 1px solid #dde1e7; border-radius: 10px; }
      h1 { margin: 20px 0 4px; font-size: 28px; }
      h2 { margin: 30px 0 10px; font-size: 18px; }
      .lead { margin: 0; font-size: 16px; color: #46505e; }
      .note { margin: 8px 0 0; font-size: 13px; color: #5d6876; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; }
      th, td { padding: 7px 12px; border-bottom: 1px solid #e4e8ee; text-align: right;
        white-space: nowrap; font-variant-numeric: tabular-nums; }
      thead th { border-bottom: 2px solid #aab3c0; font-size: 13px; color: #46505e;
        vertical-align: bottom; }
      th:first-child, td:first-child { text-align: left; }
      .layers { table-layout: fixed; min-width: 860px; }
      .layers th:first-child { width: 190px; }
      .layers thead th { white-space: normal; }
      .layers thead .swatch { display: block; margin: 0 0 4px auto; }
      .layers small { color: #7a8593; }
      .total td { font-weight: 600; border-top: 2px solid #aab3c0; }
      pre { overflow-x: auto; font-size: 13px; color: #46505e; }
      .facts { width: auto; }
      .facts th { color: #46505e; font-weight: 500; vertical-align: top; }
      .facts td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
      .swatch { display: inline-block; width: 11px; height: 11px; margin-right: 8px;
        border-radius: 3px; }
      .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr));
        gap: 0 28px; }
      figure { margin: 0; max-width: 760px; }
      svg { display: block; width: 100%; height: auto; }
      svg text { font-size: 13px; fill: #46505e; }
      svg text.below { font-weight: 600; }
      .grid { stroke: #e4e8ee; }
      .axis { stroke: #8b95a3; }
      .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
      .legend { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 10px 0 0; font-size: 14px; }
      .legend span { display: inline-flex; align-items: center; }
      .legend svg { width: 34px; height: 8px; margin-right: 7px; }
      """;

  private PageStyle() {}
}

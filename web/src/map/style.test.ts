import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import cases from "./style-cases.json";
import { type Instruction, evaluate, property, shows } from "./style.ts";

describe("the style subset, by the cases that the server's interpreter also has to answer", () => {
  test.each(cases)("$expression at $zoom", ({ expression, properties, zoom, value }) => {
    expect(evaluate(expression, properties, zoom) ?? null).toEqual(value);
  });
});

const line: Instruction = {
  id: "a",
  type: "line",
  "source-layer": "a",
  minzoom: 14,
  maxzoom: 16,
  filter: ["==", ["get", "kind"], "rail"],
  paint: { "line-color": "#111111" },
  metadata: { contrast: { "line-color": "#000000" } },
};

test("an instruction holds between its zooms, for what its filter lets through", () => {
  expect(shows(line, { kind: "rail" }, 13.9)).toBe(false);
  expect(shows(line, { kind: "rail" }, 14)).toBe(true);
  expect(shows(line, { kind: "rail" }, 16)).toBe(false);
  expect(shows(line, { kind: "path" }, 15)).toBe(false);
});

test("a variant changes only what it names", () => {
  expect(property(line, "line-color", {}, 15, "", null)).toBe("#111111");
  expect(property(line, "line-color", {}, 15, "", "contrast")).toBe("#000000");
  expect(property(line, "line-width", {}, 15, 1, "contrast")).toBe(1);
});

test("the interpreter stays small", () => {
  const source = readFileSync(new URL("./style.ts", import.meta.url));
  expect(gzipSync(source).length).toBeLessThan(3 * 1024);
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import permits from "../../../layers/permits/style.json";
import { type Instruction, evaluate, shows } from "../map/style.ts";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = new Map([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1], found[2] ?? ""]));
const token = (name: string): string => {
  const value = tokens.get(name);
  if (!value) throw new Error(`there is no --${name}`);
  return value;
};

type Rgb = [number, number, number];
const channels = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as Rgb;
const linear = (rgb: Rgb): Rgb =>
  rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as Rgb;

/** Contrast ratio of WCAG 2. */
function contrast(one: string, other: string): number {
  const [light, dark] = [one, other]
    .map((hex) => linear(channels(hex)))
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const GROUPS = ["submitted", "review", "inquiry", "granted", "refused", "appeal", "stopped", "unknown"];

describe("text", () => {
  test.each([
    ["ink", "paper", 7],
    ["ink", "surface", 7],
    ["ink", "focus", 7],
    ["ink-2", "paper", 4.5],
    ["ink-2", "surface", 4.5],
    ["brand", "paper", 4.5],
    ["brand", "brand-tint", 4.5],
    ["brand-dark", "brand-tint", 4.5],
    ["error", "paper", 4.5],
    ["line-strong", "paper", 3],
    ["ink", "inquiry-tint", 4.5],
  ])("--%s on --%s is at least %d : 1", (text, ground, least) => {
    expect(contrast(token(text), token(ground))).toBeGreaterThanOrEqual(least);
  });

  test.each(GROUPS)("the tag of %s is at least 4.5 : 1", (group) => {
    expect(contrast(token(group), token(`${group}-tint`))).toBeGreaterThanOrEqual(4.5);
  });
});

// How people without one kind of cone see linear colours (Viénot, Brettel and Mollon 1999 for the
// first two; Machado, Oliveira and Fernandes 2009 at full strength for the third).
const VISION: Readonly<Record<string, number[][]>> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deuteranopia: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
  tritanopia: [[1.25553, -0.07675, -0.17878], [-0.07841, 0.93081, 0.1476], [0.00473, 0.69137, 0.3039]],
};

/** CIE L*a*b* (D65) of a colour as seen with a kind of vision. */
function lab(hex: string, vision: string): Rgb {
  const rgb = linear(channels(hex));
  const seen = (VISION[vision] ?? []).map((row) =>
    Math.min(1, Math.max(0, row.reduce((sum, weight, at) => sum + weight * (rgb[at] ?? 0), 0))),
  );
  const [r = 0, g = 0, b = 0] = seen;
  const xyz = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
  ].map((c) => (c > 0.008856 ? Math.cbrt(c) : 7.787 * c + 16 / 116)) as Rgb;
  return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
}

const distance = (one: Rgb, other: Rgb): number => Math.hypot(...one.map((c, at) => c - (other[at] ?? 0)));

const style = permits.layers as unknown as Instruction[];
/** What a status is painted with, by the instruction of a kind that draws it last. */
function paint(type: string, key: string, properties: Readonly<Record<string, string>>): string {
  const drawn = style.filter((it) => it.type === type && it.paint?.[key] !== undefined && !it.paint["fill-pattern"]);
  const it = drawn.filter((one) => shows(one, properties, 15)).at(-1);
  return String(evaluate(it?.paint?.[key], properties, 15));
}
const STATUS = {
  submitted: "submitted",
  review: "under_review",
  inquiry: "public_inquiry",
  granted: "granted",
  refused: "refused",
  appeal: "appeal_pending",
} as const;
const fills = Object.fromEntries(
  Object.entries(STATUS).map(([group, status]) => [group, paint("fill", "fill-color", { status })]),
);

describe("permits on the map", () => {
  test.each(Object.keys(VISION))("fills stay apart by CIE76 with %s vision", (vision) => {
    const names = Object.keys(fills);
    for (const [at, one] of names.entries())
      for (const other of names.slice(at + 1)) {
        const apart = distance(lab(fills[one] ?? "", vision), lab(fills[other] ?? "", vision));
        expect(apart, `${one} and ${other}`).toBeGreaterThanOrEqual(17);
      }
  });

  test.each(Object.entries(STATUS))("the outline of %s is its text colour and stands out", (group, status) => {
    const edge = paint("line", "line-color", { status });
    expect(edge.toLowerCase()).toBe(token(group));
    expect(contrast(edge, token("map-ground"))).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ["appeal_granted", "granted", "granted"],
    ["appeal_granted", "refused", "refused"],
    ["appeal_rejected", "refused", "refused"],
    ["appeal_rejected", "granted_with_conditions", "granted"],
    ["appeal_tacitly_rejected", "granted", "granted"],
    ["appeal_tacitly_rejected", "", "refused"],
  ])("after %s what was decided in the end (%s) is what is painted", (status, decision_result, group) => {
    expect(paint("fill", "fill-color", { status, decision_result })).toBe(fills[group]);
    expect(paint("line", "line-color", { status, decision_result }).toLowerCase()).toBe(token(group));
  });
});

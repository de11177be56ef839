import { expect, test } from "vitest";
import { WARNED_S, latest, stage, wait } from "./session.ts";

const END = 10_000_000;
const WARN = END - WARNED_S * 1000;

test("one is warned two minutes ahead, and it is over at the end", () => {
  expect(WARNED_S).toBe(120);
  expect(stage(WARN - 1, END)).toBe("quiet");
  expect(stage(WARN, END)).toBe("warning");
  expect(stage(END - 1, END)).toBe("warning");
  expect(stage(END, END)).toBe("over");
});

test("it looks again in time, and at least each minute", () => {
  expect(wait(WARN - 5000, END)).toBe(5000);
  expect(wait(WARN - 500_000, END)).toBe(60_000);
  expect(wait(END - 3000, END)).toBe(3000);
  expect(wait(END - 1, END)).toBe(250);
  expect(wait(END + 9, END)).toBe(60_000);
});

test("what another tab heard counts, nonsense does not", () => {
  expect(latest(5, "9")).toBe(9);
  expect(latest(5, "4")).toBe(5);
  for (const nonsense of [null, "", "x", "Infinity", "NaN"]) expect(latest(5, nonsense)).toBe(5);
});

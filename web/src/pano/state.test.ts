import { expect, test } from "vitest";
import { type State, write } from "./state.ts";

const usual: State = {
  a: "x-1",
  b: "y-1",
  bearing: null,
  pitch: 0,
  zoom: 25,
  turned: null,
  loose: false,
  swipe: 50,
  photoA: null,
  photoB: null,
};

test("what is usual is not in the address", () => {
  const a = { year: 2021, best: true };
  const b = { year: 2025, best: true };
  expect(write("99001A0123-00B000", usual, a, b)).toBe("?perceel=99001A0123-00B000&a=2021&b=2025");
  expect(write("x", usual, null, null)).toBe("?perceel=x");
});

test("all else is, rounded", () => {
  const state: State = { ...usual, bearing: 131.96, pitch: -4.04, zoom: 40.4, turned: -3.2, loose: true, swipe: 30, photoA: 2021 };
  const a = { year: 2021, best: false };
  const b = { year: 2025, best: true };
  expect(write("x", state, a, b)).toBe("?perceel=x&a=2021&b=2025&pa=x-1&yaw=132&pitch=-4&zoom=40&draai=-3.2&los=1&veeg=30&la=2021");
});

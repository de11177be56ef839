import { expect, test } from "vitest";
import { type MapState, read, write } from "./state.ts";

const start: MapState = {
  center: [3.2, 51.2],
  zoom: 15,
  layers: null,
  selected: null,
  theme: "light",
};

test.each<MapState>([
  start,
  { ...start, center: [3.22541, 51.2103], zoom: 17.25 },
  { ...start, layers: [] },
  { ...start, layers: ["permits", "events"], selected: "permits/OMV_2026012345" },
  { ...start, selected: "parcels/99001A0123-00B000", theme: "contrast" },
  { ...start, theme: "elsewhere" },
  { ...start, selected: "events/a b&c/d" },
])("a state comes back from its address: %o", (state) => {
  expect(read(write(state), start)).toEqual(state);
});

test("an address with nothing or nonsense in it gives the start", () => {
  expect(read("", start)).toEqual(start);
  expect(read("?c=a,b&z=-1", start)).toEqual(start);
  expect(read("?c=3.2&z=99", start)).toEqual(start);
});

test("the address stays readable", () => {
  expect(write({ ...start, layers: ["permits"], selected: "parcels/99001A0123-00B000" })).toBe(
    "?c=3.20000,51.20000&z=15&lagen=permits&sel=parcels/99001A0123-00B000",
  );
});

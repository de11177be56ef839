import { expect, test } from "vitest";
import { bearing, beside, cone, metres, nearest, turn, wind } from "./angles.ts";

test("directions are from 0 up to 360, turns from -180 up to 180", () => {
  expect([bearing(-10), bearing(360), bearing(725)]).toEqual([350, 0, 5]);
  expect([turn(190), turn(-190), turn(180), turn(-180)]).toEqual([-170, 170, -180, -180]);
});

test("a direction has the name of the nearest wind", () => {
  expect([0, 22, 23, 132, 350, 337].map(wind)).toEqual(["n", "n", "ne", "se", "n", "nw"]);
});

test("the right picture keeps its offset across north", () => {
  expect(beside(350, 20)).toBe(10);
  expect(turn(beside(350, 20) - 350)).toBe(20);
});

test("metres and the nearest place", () => {
  const here = { lon: 3.2, lat: 51.2 };
  const near = { lon: 3.2001, lat: 51.2, id: "near" };
  const far = { lon: 3.201, lat: 51.2, id: "far" };
  expect(metres(here, near)).toBeCloseTo(6.97, 1);
  expect(nearest([far, near], here)).toBe(near);
  expect(nearest([far], here, 10)).toBeNull();
});

test("a cone begins where one stands and opens to both sides of where one looks", () => {
  const corners = cone(90, 60, 10, 2);
  expect(corners[0]).toEqual([0, 0]);
  expect(corners[2]?.[0]).toBeCloseTo(10);
  expect(corners[1]?.[1]).toBeCloseTo(5);
  expect(corners[3]?.[1]).toBeCloseTo(-5);
});

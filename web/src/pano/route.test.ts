import { expect, test } from "vitest";
import { beside, sameSpot } from "./route.ts";

const spot = (id: string, year: number, rank: number, lon: number) => ({ id, year, rank, lon, lat: 51.2, sequence: "s" });
const spots = [spot("a2", 2021, 2, 3.2002), spot("a1", 2021, 1, 3.2001), spot("b1", 2025, 1, 3.20011)];

test("steps go along the run of the same year", () => {
  expect(beside(spots, "a1", 1)?.id).toBe("a2");
  expect(beside(spots, "a1", -1)).toBeNull();
  expect(beside(spots, "b1", 1)).toBeNull();
  expect(beside(spots, "gone", 1)).toBeNull();
});

test("the same place in another year is within ten metres", () => {
  expect(sameSpot(spots, 2025, { lon: 3.2001, lat: 51.2 })?.id).toBe("b1");
  expect(sameSpot(spots, 2025, { lon: 3.201, lat: 51.2 })).toBeNull();
});

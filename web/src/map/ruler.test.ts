import { fromLonLat } from "ol/proj.js";
import { describe, expect, test } from "vitest";
import { along, area, length, within } from "./ruler.ts";

// Corners of a hundred metres by fifty in Lambert 72, at (70100, 211700), in degrees by PROJ.
const corners = [
  [3.2253553, 51.2097296],
  [3.2267861, 51.2097434],
  [3.2267751, 51.2101928],
  [3.2253443, 51.210179],
].map((lonlat) => fromLonLat(lonlat));

describe("measuring", () => {
  test("is good to one in a hundred of what surveyors measure", () => {
    expect(along(corners.slice(0, 2)) / 100).toBeCloseTo(1, 2);
    expect(along(corners) / 250).toBeCloseTo(1, 2);
    expect(within(corners) / 5000).toBeCloseTo(1, 1);
  });

  test("needs two points for a length and three for an area", () => {
    expect(along(corners.slice(0, 1))).toBe(0);
    expect(within(corners.slice(0, 2))).toBe(0);
  });

  test("is said with a unit that fits, with the comma of the language", () => {
    expect(length(245.4, "nl-BE")).toBe("245 m");
    expect(length(1234, "nl-BE")).toBe("1,23 km");
    expect(length(1234, "en")).toBe("1.23 km");
    expect(area(812.3, "nl-BE")).toBe("812 m²");
    expect(area(12_345, "nl-BE")).toBe("1,23 ha");
  });
});

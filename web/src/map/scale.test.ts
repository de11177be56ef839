import { expect, test } from "vitest";
import { scale } from "./scale.ts";

test.each([
  [0.25, 100, "20 m", 80],
  [0.5, 100, "50 m", 100],
  [12, 100, "1 km", 83.33],
  [0.019, 100, "1 m", 52.63],
])("%d metres a pixel in %d pixels: %s", (metresPerPixel, room, text, pixels) => {
  const found = scale(metresPerPixel, room);
  expect(found.text).toBe(text);
  expect(found.pixels).toBeCloseTo(pixels, 1);
});

import Feature from "ol/Feature.js";
import Polygon from "ol/geom/Polygon.js";
import { expect, test } from "vitest";
import { styler } from "./paint.ts";
import type { Instruction } from "./style.ts";

const fill: Instruction = { id: "a", type: "fill", "source-layer": "events", paint: { "fill-color": "#111111" } };
const looks = styler([fill], { zoom: () => 15, variant: () => null, pixelRatio: 1 });
const square = new Polygon([[[0, 0], [1, 0], [1, 1], [0, 0]]]);
const drawn = (properties: object): unknown[] =>
  [looks(new Feature({ geometry: square, layer: "events", ...properties }), 1)].flat().filter(Boolean);
const now = Math.floor(Date.now() / 1000);

test("what is over is not drawn; what goes on, is to come or tells no end is", () => {
  expect(drawn({ until: now - 60 })).toHaveLength(0);
  expect(drawn({ until: 0 })).toHaveLength(0);
  expect(drawn({ until: now + 3600 })).toHaveLength(1);
  expect(drawn({})).toHaveLength(1);
});

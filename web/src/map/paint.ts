/** From instructions of the style subset to OpenLayers styles, one set per look. */

import type { FeatureLike } from "ol/Feature.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style, { type StyleFunction } from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { pattern } from "./patterns.ts";
import { type Instruction, type Properties, type Variant, property, shows } from "./style.ts";

const family = '"Atkinson Hyperlegible Next", "Noto Sans", system-ui, sans-serif';
const weights: Readonly<Record<string, string>> = { Bold: "700 ", Italic: "italic " };

/** What decides how features look besides themselves. */
export interface Look {
  readonly zoom: () => number;
  readonly variant: () => Variant | null;
  readonly pixelRatio: number;
}

/** A style function for vector tiles; `order` of an instruction is its place in the list. */
export function styler(instructions: readonly Instruction[], look: Look): StyleFunction {
  const byLayer = new Map<string, { it: Instruction; order: number }[]>();
  instructions.forEach((it, order) => {
    const layer = it["source-layer"];
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), { it, order }]);
  });
  const made = new Map<string, Style | null>();
  return (feature) => {
    if (isOver(feature)) return [];
    const layer = feature.get("layer") as string;
    const styles: Style[] = [];
    for (const { it, order } of byLayer.get(layer) ?? []) {
      const style = one(it, order, feature, look, made);
      if (style) styles.push(style);
    }
    return styles;
  };
}

/** Whether a feature that tells until when it counts counts no more. */
function isOver(feature: FeatureLike): boolean {
  const until = feature.get("until") as unknown;
  return typeof until === "number" && until * 1000 <= Date.now();
}

function one(
  it: Instruction,
  order: number,
  feature: FeatureLike,
  look: Look,
  made: Map<string, Style | null>,
): Style | null {
  const zoom = look.zoom();
  const properties = feature.getProperties() as Properties;
  if (!shows(it, properties, zoom) || !fits(it, feature)) return null;
  const get = <T>(key: string, fallback: T): T =>
    property(it, key, properties, zoom, fallback, look.variant());
  const drawn = looks[it.type](get, look);
  if (!drawn) return null;
  const key = `${order} ${drawn.key}`;
  let style = made.get(key);
  if (style === undefined) {
    style = new Style({ ...drawn.make(), zIndex: order });
    made.set(key, style);
  }
  return style;
}

function fits(it: Instruction, feature: FeatureLike): boolean {
  const type = feature.getGeometry()?.getType() ?? "";
  if (it.type === "fill") return type.endsWith("Polygon");
  if (it.type === "circle") return type.endsWith("Point");
  return it.type === "symbol" || !type.endsWith("Point");
}

type Get = <T>(key: string, fallback: T) => T;
interface Drawn {
  readonly key: string;
  readonly make: () => ConstructorParameters<typeof Style>[0];
}

const looks: Readonly<Record<Instruction["type"], (get: Get, look: Look) => Drawn | null>> = {
  fill: (get, look) => {
    const color = get("fill-color", "#000000");
    const opacity = get<number>("fill-opacity", 1);
    const name = get<string | null>("fill-pattern", null);
    if (name === "" || opacity === 0) return null;
    return {
      key: `${color} ${opacity} ${name}`,
      make: () => ({
        fill: new Fill({
          color: (name && pattern(name, color, look.pixelRatio)) || withOpacity(color, opacity),
        }),
      }),
    };
  },
  line: (get) => {
    const color = get("line-color", "#000000");
    const opacity = get<number>("line-opacity", 1);
    const width = round(get<number>("line-width", 1));
    const dashes = get<number[] | null>("line-dasharray", null)?.map((dash) => dash * width);
    if (width === 0) return null;
    return {
      key: `${color} ${opacity} ${width} ${dashes}`,
      make: () => ({
        stroke: new Stroke({
          color: withOpacity(color, opacity),
          width,
          lineCap: get<CanvasLineCap>("line-cap", dashes ? "butt" : "round"),
          lineJoin: get<CanvasLineJoin>("line-join", "round"),
          ...(dashes ? { lineDash: dashes } : {}),
        }),
      }),
    };
  },
  circle: (get) => {
    const radius = round(get("circle-radius", 5));
    const color = get("circle-color", "#000000");
    const edge = get("circle-stroke-color", "#FFFFFF");
    const width = get("circle-stroke-width", 0);
    return {
      key: `${radius} ${color} ${edge} ${width}`,
      make: () => ({
        image: new CircleStyle({
          radius,
          fill: new Fill({ color }),
          stroke: new Stroke({ color: edge, width }),
        }),
      }),
    };
  },
  symbol: (get) => {
    const text = get<unknown>("text-field", "");
    if (text === "" || text === null) return null;
    const size = Math.round(get("text-size", 13));
    const weight = weights[get<string[]>("text-font", [])[0] ?? ""] ?? "";
    const color = get("text-color", "#000000");
    const halo = get("text-halo-color", "#FFFFFF");
    const width = get("text-halo-width", 0);
    const placement = get<"point" | "line">("symbol-placement", "point");
    return {
      key: `${text} ${size} ${weight} ${color} ${halo} ${width} ${placement}`,
      make: () => ({
        text: new Text({
          text: String(text),
          font: `${weight}${size}px ${family}`,
          placement,
          overflow: false,
          maxAngle: 0.5,
          repeat: placement === "line" ? 400 : 600,
          fill: new Fill({ color }),
          stroke: new Stroke({ color: halo, width: width * 2 }),
          padding: [2, 2, 2, 2],
        }),
      }),
    };
  },
};

/** A hex colour with an opacity. */
export function withOpacity(color: string, opacity: number): string {
  if (opacity >= 1) return color;
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${opacity})`;
}

const round = (value: number): number => Math.round(value * 4) / 4;

/** The map of the workspace: route and view cones, and two aerial photos with a line between them. */

import Feature from "ol/Feature.js";
import type OlMap from "ol/Map.js";
import LineString from "ol/geom/LineString.js";
import Point from "ol/geom/Point.js";
import Polygon from "ol/geom/Polygon.js";
import TileLayer from "ol/layer/Tile.js";
import VectorLayer from "ol/layer/Vector.js";
import { fromLonLat, getPointResolution } from "ol/proj.js";
import { getRenderPixel } from "ol/render.js";
import type RenderEvent from "ol/render/Event.js";
import VectorSource from "ol/source/Vector.js";
import XYZ from "ol/source/XYZ.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import RegularShape from "ol/style/RegularShape.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { Board } from "../map/board.ts";
import type { MapDocument } from "../map/document.ts";
import { type Place, cone } from "./angles.ts";

export type Side = "a" | "b";

/** A picture's place on the route. */
export interface Spot extends Place {
  readonly id: string;
  readonly year: number;
  readonly sequence: string;
  readonly rank: number;
}

const COLORS: Readonly<Record<Side, string>> = { a: "#0B66C3", b: "#B45309" };
const PHOTOS = "/ogc/collections/orthophotos/map/tiles/WebMercatorQuad/{z}/{y}/{x}?f=webp&year=";
const CONE_M = 18;

export class Ground {
  readonly board: Board;
  readonly #spots = new VectorSource();
  readonly #eyes = new VectorSource();
  readonly #line = new VectorSource();
  readonly #photos: Record<Side, TileLayer<XYZ>>;
  readonly #years: Record<Side, number | null> = { a: null, b: null };
  #part = 0.5;
  #shown = true;

  constructor(target: HTMLElement, described: MapDocument, at: Place, outline: string) {
    this.board = new Board(target, { ...described, background: null }, { center: [at.lon, at.lat], zoom: 18.6 }, () => {});
    this.board.show([]);
    const layers = this.map.getLayers();
    this.#photos = { a: this.#photo("a"), b: this.#photo("b") };
    layers.insertAt(1, this.#photos.a);
    layers.insertAt(2, this.#photos.b);
    layers.push(new VectorLayer({ source: this.#line }));
    layers.push(new VectorLayer({ source: this.#spots, style: (feature) => spotStyle(feature.get("side") as Side | null) }));
    layers.push(new VectorLayer({ source: this.#eyes, style: (feature) => eyeStyle(feature.get("side") as Side, feature.getGeometry()?.getType() === "Point") }));
    this.board.mark(outline || null);
    this.map.on("moveend", () => this.#divide());
    this.map.on("change:size", () => this.#divide());
  }

  get map(): OlMap {
    return this.board.map;
  }

  /** Places where there is a picture; those of the two years stand out. */
  route(spots: readonly Spot[], years: Readonly<Record<Side, number | null>>): void {
    this.#spots.clear();
    const order = (spot: Spot): number => (spot.year === years.a || spot.year === years.b ? 1 : 0);
    for (const spot of [...spots].sort((one, other) => order(one) - order(other))) {
      const side = spot.year === years.a ? "a" : spot.year === years.b ? "b" : null;
      if (side === null) continue;
      this.#spots.addFeature(new Feature({ geometry: new Point(fromLonLat([spot.lon, spot.lat])), side, spot }));
    }
  }

  /** Where the two viewers stand, and what they see. */
  look(side: Side, at: Place, bearing: number, width: number): void {
    for (const feature of this.#eyes.getFeatures()) if (feature.get("side") === side) this.#eyes.removeFeature(feature);
    const [x = 0, y = 0] = fromLonLat([at.lon, at.lat]);
    const metre = 1 / getPointResolution("EPSG:3857", 1, [x, y]);
    const corners = cone(bearing, width, CONE_M).map(([east, north]) => [x + east * metre, y + north * metre]);
    this.#eyes.addFeature(new Feature({ geometry: new Polygon([[...corners, corners[0] ?? [x, y]]]), side }));
    this.#eyes.addFeature(new Feature({ geometry: new Point([x, y]), side }));
  }

  /** The picture's place at a pixel, if there is one. */
  spotAt(pixel: number[]): Spot | null {
    let found: Spot | null = null;
    this.map.forEachFeatureAtPixel(
      pixel,
      (feature) => {
        found ??= (feature.get("spot") as Spot | undefined) ?? null;
      },
      { hitTolerance: 10 },
    );
    return found;
  }

  /** The years of the aerial photos: left of the line, and right of it. */
  photos(years: Readonly<Record<Side, number | null>>, shown: boolean): void {
    this.#shown = shown;
    for (const side of ["a", "b"] as const) {
      const year = years[side];
      if (year !== null && year !== this.#years[side]) this.#photos[side].setSource(new XYZ({ url: PHOTOS + year, maxZoom: 20, transition: 0 }));
      this.#years[side] = year;
      this.#photos[side].setVisible(shown && year !== null);
    }
    this.#divide();
  }

  /** Where the left photo stops, as a part of the width. */
  set part(part: number) {
    this.#part = part;
    this.#divide();
    this.map.render();
  }

  #photo(side: Side): TileLayer<XYZ> {
    const layer = new TileLayer<XYZ>({ visible: false });
    layer.on("prerender", (event) => this.#clip(event, side));
    layer.on("postrender", (event) => (event.context as CanvasRenderingContext2D).restore());
    return layer;
  }

  #clip(event: RenderEvent, side: Side): void {
    const context = event.context as CanvasRenderingContext2D;
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    const [from, to] = side === "a" ? [0, width * this.#part] : [width * this.#part, width];
    context.save();
    context.beginPath();
    [[from, 0], [to, 0], [to, height], [from, height]].forEach((corner, at) => {
      const [x = 0, y = 0] = getRenderPixel(event, corner);
      if (at === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
    context.clip();
  }

  /** The line between the two photos. */
  #divide(): void {
    this.#line.clear();
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    const both = this.#shown && (this.#years.a !== null || this.#years.b !== null);
    if (!both || width === 0) return;
    const ends = [0, height].map((y) => this.map.getCoordinateFromPixel([width * this.#part, y]));
    if (ends.some((end) => !end)) return;
    const line = new Feature(new LineString(ends));
    line.setStyle([stroke("#FFFFFF", 5), stroke("#16242B", 2)]);
    this.#line.addFeature(line);
  }
}

const stroke = (color: string, width: number): Style => new Style({ stroke: new Stroke({ color, width }) });
const edge = new Stroke({ color: "#FFFFFF", width: 1.5 });

/** Dots of the left year and diamonds of the right one: not told by colour alone. */
const spotStyles: Readonly<Record<Side, Style>> = {
  a: new Style({ image: new CircleStyle({ radius: 5, fill: new Fill({ color: COLORS.a }), stroke: edge }) }),
  b: new Style({ image: new RegularShape({ points: 4, radius: 6.5, fill: new Fill({ color: COLORS.b }), stroke: edge }) }),
};
const spotStyle = (side: Side | null): Style | undefined => (side ? spotStyles[side] : undefined);

const cones: Readonly<Record<Side, Style>> = {
  a: new Style({ fill: new Fill({ color: "rgba(11,102,195,0.4)" }), stroke: new Stroke({ color: COLORS.a, width: 2 }) }),
  b: new Style({ fill: new Fill({ color: "rgba(180,83,9,0.4)" }), stroke: new Stroke({ color: COLORS.b, width: 2 }) }),
};
const labels: Readonly<Record<Side, Style>> = { a: label("a"), b: label("b") };

function label(side: Side): Style {
  const fill = new Fill({ color: COLORS[side] });
  return new Style({
    image: new CircleStyle({ radius: 10, fill, stroke: new Stroke({ color: "#FFFFFF", width: 2 }) }),
    text: new Text({ text: side.toUpperCase(), font: "700 13px sans-serif", fill: new Fill({ color: "#FFFFFF" }), offsetY: 1 }),
    zIndex: 2,
  });
}

const eyeStyle = (side: Side, isPoint: boolean): Style => (isPoint ? labels : cones)[side];

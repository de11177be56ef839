/** Measuring: points on the map, the way along them and the area within, in words. */

import Feature from "ol/Feature.js";
import type OlMap from "ol/Map.js";
import type { Coordinate } from "ol/coordinate.js";
import LineString from "ol/geom/LineString.js";
import MultiPoint from "ol/geom/MultiPoint.js";
import Polygon from "ol/geom/Polygon.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { getArea, getLength } from "ol/sphere.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";

const looks = [
  new Style({ stroke: new Stroke({ color: "#FFFFFF", width: 6 }) }),
  new Style({
    stroke: new Stroke({ color: "#8F4700", width: 3, lineDash: [8, 5] }),
    fill: new Fill({ color: "rgba(230, 159, 0, 0.2)" }),
    image: new CircleStyle({
      radius: 6,
      fill: new Fill({ color: "#FFFFFF" }),
      stroke: new Stroke({ color: "#8F4700", width: 3 }),
    }),
  }),
];

/** Metres along points in web mercator; on a sphere, good to about 3 in 1000. */
export function along(points: readonly Coordinate[]): number {
  return points.length < 2 ? 0 : getLength(new LineString([...points]));
}

/** Square metres within points in web mercator; 0 while there are fewer than three. */
export function within(points: readonly Coordinate[]): number {
  return points.length < 3 ? 0 : getArea(new Polygon([[...points, points[0] ?? []]]));
}

/** A length as people say it: to the metre, from a kilometre on to ten metres. */
export function length(metres: number, language: string): string {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(metres / 1000)} km`;
}

/** An area as people say it: to the square metre, from a hectare on to are. */
export function area(metres: number, language: string): string {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: metres < 10_000 ? 0 : 2 });
  return metres < 10_000 ? `${format.format(metres)} m²` : `${format.format(metres / 10_000)} ha`;
}

export class Ruler {
  readonly #drawn = new VectorSource();
  #points: readonly Coordinate[] = [];
  on = false;

  constructor(map: OlMap) {
    map.addLayer(new VectorLayer({ source: this.#drawn, style: looks }));
  }

  get count(): number {
    return this.#points.length;
  }

  get metres(): number {
    return along(this.#points);
  }

  get squareMetres(): number {
    return within(this.#points);
  }

  /** Set a point, in web mercator. */
  add(point: Coordinate): void {
    this.#draw([...this.#points, point]);
  }

  undo(): void {
    this.#draw(this.#points.slice(0, -1));
  }

  clear(): void {
    this.#draw([]);
  }

  #draw(points: readonly Coordinate[]): void {
    this.#points = points;
    this.#drawn.clear();
    if (points.length === 0) return;
    const shapes = [new MultiPoint([...points])];
    this.#drawn.addFeatures(shapes.map((shape) => new Feature(shape)));
    if (points.length > 1) this.#drawn.addFeature(new Feature(new LineString([...points])));
    if (points.length > 2) this.#drawn.addFeature(new Feature(new Polygon([[...points, points[0] ?? []]])));
  }
}

/** The drawing board: an OpenLayers map with our tiles, a marked outline, and nothing else. */

import Feature from "ol/Feature.js";
import OlMap from "ol/Map.js";
import View from "ol/View.js";
import type { Coordinate } from "ol/coordinate.js";
import { platformModifierKeyOnly } from "ol/events/condition.js";
import GeoJSON from "ol/format/GeoJSON.js";
import MVT from "ol/format/MVT.js";
import Point from "ol/geom/Point.js";
import DragPan from "ol/interaction/DragPan.js";
import { defaults as interactions } from "ol/interaction/defaults.js";
import type BaseLayer from "ol/layer/Base.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorTileLayer from "ol/layer/VectorTile.js";
import { fromLonLat, getPointResolution, toLonLat, transformExtent } from "ol/proj.js";
import VectorSource from "ol/source/Vector.js";
import VectorTileSource from "ol/source/VectorTile.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import type { MapDocument } from "./document.ts";
import { type Look, styler } from "./paint.ts";
import type { MapState, Theme } from "./state.ts";
import type { Instruction } from "./style.ts";

const INK = "#16242B";
const marks = [7, 3.5].map((width, at) => {
  const stroke = new Stroke({ color: at === 0 ? "#FFFFFF" : INK, width });
  const dot = new CircleStyle({ radius: 11, stroke });
  return new Style({ stroke, image: dot });
});
const here = new Style({
  image: new CircleStyle({
    radius: 8,
    fill: new Fill({ color: "#0B5563" }),
    stroke: new Stroke({ color: "#FFFFFF", width: 3 }),
  }),
});
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** A thing on the map: its layer and id. */
export interface Thing {
  readonly layer: string;
  readonly id: string;
}

export class Board {
  readonly map: OlMap;
  readonly #marked = new VectorSource();
  readonly #here = new VectorSource();
  readonly #document: MapDocument;
  readonly #source = new VectorTileSource({ format: new MVT(), maxZoom: 18 });
  readonly #tiled: VectorTileLayer;
  readonly #told: (came: boolean) => void;
  #shown = "";
  #theme: Theme = "light";
  #elsewhere: Promise<BaseLayer> | undefined;
  /** Whether images of the background from elsewhere came: until then our own stays. */
  #came = false;

  constructor(
    target: HTMLElement,
    description: MapDocument,
    { center, zoom }: Pick<MapState, "center" | "zoom">,
    told: (came: boolean) => void,
  ) {
    this.#document = description;
    this.#told = told;
    const look: Look = {
      // Style zooms are those of tiles of 512 pixels; the view counts in tiles of 256.
      zoom: () => this.zoom - 1,
      variant: () => (this.#over ? "over" : this.#theme === "contrast" ? "contrast" : null),
      pixelRatio: devicePixelRatio,
    };
    const own = styler(description.style, look);
    const over = styler(this.#overlaid(), look);
    this.#tiled = new VectorTileLayer({
      declutter: true,
      source: this.#source,
      style: (feature, resolution) => (this.#over ? over : own)(feature, resolution),
    });
    this.map = new OlMap({
      target,
      controls: [],
      interactions: interactions({
        altShiftDragRotate: false,
        pinchRotate: false,
        dragPan: false,
        keyboard: false,
      }).extend([twoFingerPan()]),
      layers: [
        this.#tiled,
        new VectorLayer({ source: this.#marked, style: marks }),
        new VectorLayer({ source: this.#here, style: here }),
      ],
      view: new View({
        center: fromLonLat([...center]),
        zoom,
        minZoom: 9,
        maxZoom: 21,
        enableRotation: false,
        constrainResolution: false,
      }),
    });
  }

  /** Show these layers on top of the base map, and no others. */
  show(layers: readonly string[]): void {
    const ids = this.#document.layers.filter((it) => it.group === "basis" || layers.includes(it.id));
    const key = ids.map((it) => it.id).join(",");
    if (this.#shown === key) return;
    this.#shown = key;
    // A tile holds only what is drawn at its zoom.
    this.#source.setTileUrlFunction(([z = 0, x = 0, y = 0]) => {
      const collections = ids.filter((it) => it.minzoom <= z).map((it) => it.id);
      if (collections.length === 0) return undefined;
      return Object.entries({ z, x, y, collections }).reduce(
        (url, [name, value]) => url.replace(`{${name}}`, String(value)),
        this.#document.tiles,
      );
    }, key);
  }

  /** Our own map in light or strong colours, or a background from elsewhere under the layers. */
  set theme(theme: Theme) {
    if (this.#theme === theme) return;
    this.#theme = theme;
    if (theme === "elsewhere") this.#elsewhere ??= this.#bring();
    this.#elsewhere
      ?.then((layer) => layer.setVisible(this.#theme === "elsewhere"))
      .catch(() => this.#told(false));
    this.#tiled.changed();
  }

  /** Whether the background from elsewhere is what one sees. */
  get #over(): boolean {
    return this.#theme === "elsewhere" && this.#came;
  }

  /** What is drawn over it: layers on top, and of our own map what says how. */
  #overlaid(): Instruction[] {
    const above = new Set(this.#document.layers.filter((it) => it.group === "thema").map((it) => it.id));
    return this.#document.style.filter((it) => above.has(it["source-layer"]) || it.metadata?.over);
  }

  async #bring(): Promise<BaseLayer> {
    const { background } = await import("./background.ts");
    const described = this.#document.background;
    if (!described) throw new Error("there is no background from elsewhere");
    const layer = background(described, (came) => {
      this.#came = came;
      this.#tiled.changed();
      this.#told(came);
    });
    this.map.getLayers().insertAt(0, layer);
    return layer;
  }

  get center(): [number, number] {
    const [lon = 0, lat = 0] = toLonLat(this.map.getView().getCenter() ?? [0, 0]);
    return [lon, lat];
  }

  get zoom(): number {
    return this.map.getView().getZoom() ?? 0;
  }

  /** West, south, east, north of what is in view. */
  get box(): number[] {
    const view = this.map.getView();
    return transformExtent(view.calculateExtent(this.map.getSize()), "EPSG:3857", "EPSG:4326");
  }

  /** Metres on the ground in a pixel of the screen, in the middle of the map. */
  get metresPerPixel(): number {
    const view = this.map.getView();
    return getPointResolution("EPSG:3857", view.getResolution() ?? 1, view.getCenter() ?? [0, 0]);
  }

  /** What lies at a pixel: of the layers on top of the base map what is drawn last, else the parcel. */
  at(pixel: number[]): Thing | null {
    const found: Thing[] = [];
    this.map.forEachFeatureAtPixel(
      pixel,
      (feature) => {
        const [layer, id] = [feature.get("layer") as unknown, feature.get("id") as unknown];
        if (typeof layer === "string" && typeof id === "string") found.push({ layer, id });
      },
      { hitTolerance: 4 },
    );
    const above = this.#document.layers.filter((it) => it.group === "thema").map((it) => it.id);
    const wanted = [...above.reverse(), "parcels"];
    return wanted.map((id) => found.find((it) => it.layer === id)).find(Boolean) ?? null;
  }

  get middle(): number[] {
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    return [width / 2, height / 2];
  }

  /** Draw the outline of what is chosen; nothing when there is none. */
  mark(outline: string | null): void {
    this.#marked.clear();
    if (!outline) return;
    const format = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
    this.#marked.addFeature(new Feature(format.readGeometry(outline) ?? undefined));
  }

  /** Move by pixels. */
  pan(right: number, down: number): void {
    const view = this.map.getView();
    const [x = 0, y = 0] = view.getCenter() ?? [];
    const resolution = view.getResolution() ?? 1;
    this.#animate({ center: [x + right * resolution, y - down * resolution] });
  }

  zoomBy(steps: number): void {
    this.#animate({ zoom: Math.round(this.zoom) + steps });
  }

  /** Bring a point into view; nearby it only moves, and it never zooms out. */
  go(lon: number, lat: number, zoom?: number): void {
    this.#animate({ center: fromLonLat([lon, lat]), ...(zoom && zoom > this.zoom ? { zoom } : {}) });
  }

  /** Show where the visitor is. */
  locate(lon: number, lat: number): void {
    this.#here.clear();
    this.#here.addFeature(new Feature(new Point(fromLonLat([lon, lat]))));
    this.go(lon, lat, 17);
  }

  /** Whether a point is comfortably inside what is in view. */
  sees(lon: number, lat: number): boolean {
    const [x = 0, y = 0] = this.map.getPixelFromCoordinate(fromLonLat([lon, lat])) ?? [-1, -1];
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    return x > 40 && y > 40 && x < width - 40 && y < height - 40;
  }

  #animate(to: { center?: Coordinate; zoom?: number }): void {
    const view = this.map.getView();
    if (calm.matches) {
      if (to.center) view.setCenter(to.center);
      if (to.zoom !== undefined) view.setZoom(to.zoom);
      return;
    }
    view.animate({ ...to, duration: 200 });
  }
}

/** One finger scrolls the page, two move the map; a mouse drags as ever. */
function twoFingerPan(): DragPan {
  const pan: DragPan = new DragPan({
    condition: (event) => {
      const touch = (event.originalEvent as PointerEvent).pointerType === "touch";
      return touch ? pan.getPointerCount() === 2 : !platformModifierKeyOnly(event);
    },
  });
  return pan;
}

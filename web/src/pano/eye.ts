/** One 360 degree viewer: Photo Sphere Viewer, told directions from north, inside our own element. */

import { Viewer, events } from "@photo-sphere-viewer/core";
import { EquirectangularTilesAdapter } from "@photo-sphere-viewer/equirectangular-tiles-adapter";
import { MarkersPlugin } from "@photo-sphere-viewer/markers-plugin";
import { bearing, degrees, radians, turn } from "./angles.ts";
import type { Picture } from "./document.ts";
import { say } from "./sentences.ts";

/** Where one looks: degrees from north and up, and how near (0 to 100). */
export interface Look {
  readonly bearing: number;
  readonly pitch: number;
  readonly zoom: number;
}

const SAME = 0.02;

export class Eye {
  readonly #viewer: Viewer;
  readonly #markers: MarkersPlugin;
  #picture: Picture;
  /** What was last set from outside: an event that tells no more is not somebody's turning. */
  #set: Look;

  constructor(container: HTMLElement, picture: Picture, look: Look, turned: (look: Look) => void) {
    this.#picture = picture;
    this.#set = look;
    this.#viewer = new Viewer({
      container,
      adapter: EquirectangularTilesAdapter.withConfig({ showErrorTile: false, baseBlur: false }),
      plugins: [MarkersPlugin.withConfig({ clickEventOnMarker: false })],
      panorama: source(picture),
      navbar: false,
      keyboard: false,
      minFov: 12,
      maxFov: 100,
      defaultYaw: this.#yaw(look.bearing),
      defaultPitch: radians(look.pitch),
      defaultZoomLvl: look.zoom,
      moveInertia: false,
      mousewheelCtrlKey: true,
      touchmoveTwoFingers: true,
      canvasBackground: "#10191D",
      loadingTxt: "",
      lang: { twoFingers: say("two_fingers"), ctrlZoom: say("ctrl_zoom"), loadError: say("failed") },
    });
    this.#markers = this.#viewer.getPlugin<MarkersPlugin>(MarkersPlugin);
    const tell = (): void => {
      const now = this.look;
      const before = this.#set;
      const still = Math.abs(turn(now.bearing - before.bearing)) < SAME && Math.abs(now.pitch - before.pitch) < SAME;
      if (still && Math.abs(now.zoom - before.zoom) < SAME) return;
      this.#set = now;
      turned(now);
    };
    this.#viewer.addEventListener(events.PositionUpdatedEvent.type, tell);
    this.#viewer.addEventListener(events.ZoomUpdatedEvent.type, tell);
  }

  /** Resolves when the first picture is drawn. */
  get ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#viewer.addEventListener(events.ReadyEvent.type, () => {
        this.#outline();
        resolve();
      }, { once: true });
      this.#viewer.addEventListener(events.PanoramaErrorEvent.type, (event) => reject(event.error), { once: true });
    });
  }

  get look(): Look {
    const { yaw, pitch } = this.#viewer.getPosition();
    const looking = bearing(degrees(yaw) + this.#picture.heading);
    return { bearing: looking, pitch: degrees(pitch), zoom: this.#viewer.getZoomLevel() };
  }

  /** Degrees that are in view from left to right. */
  get width(): number {
    return this.#viewer.state.hFov;
  }

  get outlined(): number {
    return this.#markers.getNbMarkers();
  }

  /** Another picture, looking the same way from there. */
  async show(picture: Picture, look: Look): Promise<void> {
    this.#picture = picture;
    this.#set = look;
    this.#markers.clearMarkers();
    const position = { yaw: this.#yaw(look.bearing), pitch: radians(look.pitch) };
    const done = await this.#viewer.setPanorama(source(picture), { position, zoom: look.zoom, transition: false, showLoader: false });
    if (done && this.#picture === picture) this.#outline();
  }

  turn(look: Look): void {
    this.#set = look;
    this.#viewer.zoom(look.zoom);
    this.#viewer.rotate({ yaw: this.#yaw(look.bearing), pitch: radians(look.pitch) });
  }

  /** After its element got another size. */
  resized(): void {
    this.#viewer.autoSize();
  }

  #yaw(looking: number): number {
    return radians(bearing(looking - this.#picture.heading));
  }

  #outline(): void {
    const corners = this.#picture.outline;
    if (corners.length < 3) return;
    const polygon = corners.map(([yaw, pitch]): [number, number] => [radians(bearing(yaw)), radians(pitch)]);
    this.#markers.setMarkers([
      { polygon, id: "under", className: "outline-under", svgStyle: { fill: "none", stroke: "#16242B", strokeWidth: "7px" } },
      { polygon, id: "over", className: "outline-over", svgStyle: { fill: "rgba(255,196,0,0.12)", stroke: "#FFC400", strokeWidth: "3px" } },
    ]);
  }
}

/** The pyramid of a picture for the adapter; what it shows first is the flat picture. */
function source(picture: Picture): object {
  return {
    baseUrl: picture.flat,
    levels: picture.levels.map((it) => ({ width: it.width, cols: it.cols, rows: it.rows })),
    tileUrl: (column: number, row: number, level: number) => `${picture.tiles}/${level}/${column}_${row}.jpg`,
  };
}

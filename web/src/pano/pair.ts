/** The two viewers: they turn together and keep their offset, and go to other years and places. */

import { bearing, beside, turn } from "./angles.ts";
import { type ImageryDocument, type Picture, fetchPicture } from "./document.ts";
import type { Eye, Look } from "./eye.ts";
import type { Side, Spot } from "./ground.ts";
import { type Pane, eyeOf } from "./pane.ts";
import { beside as next, sameSpot } from "./route.ts";
import { say } from "./sentences.ts";
import type { State } from "./state.ts";

export const SIDES = ["a", "b"] as const;
export const other = (side: Side): Side => (side === "a" ? "b" : "a");

/** What follows from it elsewhere on the page. */
export interface Watcher {
  /** What one sees is another now; on that side somebody did it. */
  changed(side: Side): void;
  speak(text: string): void;
}

export class Pair {
  readonly panes: Partial<Record<Side, Pane>> = {};
  /** Where there are pictures around the parcel, once that is known. */
  spots: readonly Spot[] = [];
  readonly #document: ImageryDocument;
  readonly #state: State;
  readonly #watcher: Watcher;
  readonly #pictures: Map<string, Picture>;

  constructor(document: ImageryDocument, state: State, watcher: Watcher) {
    this.#document = document;
    this.#state = state;
    this.#watcher = watcher;
    this.#pictures = new Map(Object.entries(document.pictures));
  }

  /** Opens a viewer in each element that has a picture; resolves when all of them have drawn. */
  async open(of: (side: Side) => HTMLElement): Promise<void> {
    const { Eye } = await import("./eye.ts");
    const waiting: Promise<void>[] = [];
    for (const side of SIDES) {
      const picture = this.#pictures.get(this.#state[side] ?? "");
      if (!picture) continue;
      const element = of(side);
      const holder = eyeOf(element);
      holder.hidden = false;
      const eye: Eye = new Eye(holder, picture, this.#asked(side, picture), (look) => this.#turned(side, look));
      this.panes[side] = { element, eye, picture };
      waiting.push(eye.ready);
      holder.tabIndex = 0;
      holder.role = "application";
      holder.ariaLabel = picture.alt;
      holder.setAttribute("aria-describedby", "eye-keys");
    }
    await Promise.all(waiting);
    for (const pane of Object.values(this.panes)) pane.element.setAttribute("ready", "");
    if (this.#state.turned === null) this.keepOffset();
  }

  year(side: Side): number | null {
    return this.#pictures.get(this.#state[side] ?? "")?.year ?? null;
  }

  // -- looking around -------------------------------------------------------------------------

  /** From now on the right one looks as much further as it does now. */
  keepOffset(): void {
    const { a, b } = this.panes;
    if (a && b) this.#state.turned = turn(b.eye.look.bearing - a.eye.look.bearing);
  }

  /** Somebody's key or button: so many degrees to the right and up, so much nearer. */
  nudge(side: Side, { right = 0, up = 0, nearer = 0 }: { right?: number; up?: number; nearer?: number }): void {
    const look = this.panes[side]?.eye.look;
    if (look) this.#turn(side, { bearing: bearing(look.bearing + right), pitch: look.pitch + up, zoom: look.zoom + nearer });
  }

  /** To the parcel. */
  home(side: Side): void {
    const pane = this.panes[side];
    if (pane) this.#turn(side, facing(pane));
  }

  /** Both to the parcel: the offset is then what the two places differ. */
  even(): void {
    for (const pane of Object.values(this.panes)) pane.eye.turn(facing(pane));
    this.keepOffset();
    this.#watcher.changed("a");
  }

  #turn(side: Side, look: Look): void {
    const pane = this.panes[side];
    if (!pane) return;
    pane.eye.turn({ ...look, pitch: Math.max(-89, Math.min(89, look.pitch)), zoom: Math.max(0, Math.min(100, look.zoom)) });
    this.#turned(side, pane.eye.look);
  }

  /** Somebody turned one viewer: the other goes along, or from now on looks that much further. */
  #turned(side: Side, look: Look): void {
    const second = this.panes[other(side)];
    if (second) {
      const offset = side === "a" ? (this.#state.turned ?? 0) : -(this.#state.turned ?? 0);
      if (this.#state.loose) this.keepOffset();
      else second.eye.turn({ ...look, bearing: beside(look.bearing, offset) });
    }
    this.#watcher.changed(side);
  }

  /** Where a viewer looks at first: where the address says, else to the parcel. */
  #asked(side: Side, picture: Picture): Look {
    const { bearing: asked, turned, pitch, zoom } = this.#state;
    const from = asked === null ? picture.bearing : side === "a" ? asked : beside(asked, turned ?? 0);
    return { bearing: from, pitch, zoom };
  }

  // -- other pictures -------------------------------------------------------------------------

  /** Another year: the picture that shows the parcel best. False when this pane has no viewer. */
  async toYear(side: Side, year: number): Promise<boolean> {
    const id = this.#document.best[year];
    if (!id || !this.panes[side]) return false;
    await this.#go(side, id, true);
    return true;
  }

  /** The year before or after that has a picture; null when there is none. */
  yearBeside(side: Side, step: number): number | null {
    const years = Object.keys(this.#document.best).map(Number).sort((one, two) => one - two);
    const now = this.panes[side]?.picture.year;
    return now === undefined ? null : (years[years.indexOf(now) + step] ?? null);
  }

  /** The next picture of the route. */
  async step(side: Side, step: number): Promise<void> {
    const pane = this.panes[side];
    const spot = pane && next(this.spots, pane.picture.id, step);
    if (spot) await this.goTo(spot, side);
    else this.#watcher.speak(say("no_more"));
  }

  /** A viewer goes to a place, and the other one to the same place in its year. */
  async goTo(spot: Spot, side: Side): Promise<void> {
    await this.#go(side, spot.id, false);
    const second = this.panes[other(side)];
    if (!second || this.#state.loose) return;
    const along = sameSpot(this.spots, second.picture.year, spot);
    if (along) await this.#go(other(side), along.id, false);
    else this.#watcher.speak(say("no_near", { year: second.picture.year }));
  }

  async #go(side: Side, id: string, faces: boolean): Promise<void> {
    const pane = this.panes[side];
    if (!pane) return;
    let picture = this.#pictures.get(id);
    if (!picture) {
      try {
        picture = await fetchPicture(this.#document, id);
      } catch {
        return this.#watcher.speak(say("failed"));
      }
      this.#pictures.set(id, picture);
    }
    const { look } = pane.eye;
    // A year keeps what the user looked at beside the parcel: the same turn away from facing it.
    const away = turn(look.bearing - pane.picture.bearing);
    pane.picture = picture;
    this.#state[side] = id;
    eyeOf(pane.element).ariaLabel = picture.alt;
    await pane.eye.show(picture, faces ? { ...look, bearing: bearing(picture.bearing + away) } : look);
    if (faces) this.keepOffset();
    this.#watcher.changed(side);
  }
}

const facing = (pane: Pane): Look => ({ bearing: pane.picture.bearing, pitch: 0, zoom: pane.eye.look.zoom });

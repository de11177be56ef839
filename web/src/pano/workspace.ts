/**
 * The workspace: two pictures of a parcel that keep together, their places on a map, and the address
 * that tells all of it. Without it the page shows flat pictures and plain links.
 */

import { command } from "../map/keys.ts";
import { load } from "../map/document.ts";
import { bearing, beside, turn, wind } from "./angles.ts";
import { type ImageryDocument, type Picture, fetchPicture, read } from "./document.ts";
import type { Eye, Look } from "./eye.ts";
import type { Ground, Side, Spot } from "./ground.ts";
import { beside as next, fetchRoute, sameSpot } from "./route.ts";
import { say } from "./sentences.ts";
import { type Chosen, type State, write } from "./state.ts";

const SPEAK_PAUSE_MS = 800;
const ADDRESS_PAUSE_MS = 250;
const BLINK_MS = 1000;
const STEP = 10;
const SMALL_STEP = 2;
const ZOOM_STEP = 10;
const other = (side: Side): Side => (side === "a" ? "b" : "a");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

interface Pane {
  readonly element: HTMLElement;
  readonly eye: Eye;
  picture: Picture;
}

export class ImageryWorkspace extends HTMLElement {
  #document!: ImageryDocument;
  #state!: State;
  #pictures = new Map<string, Picture>();
  #panes: Partial<Record<Side, Pane>> = {};
  #ground: Ground | undefined;
  #spots: readonly Spot[] = [];
  #speakTimer = 0;
  #addressTimer = 0;
  #blinkTimer = 0;

  connectedCallback(): void {
    this.#document = read();
    this.#state = { ...this.#document.state };
    this.#pictures = new Map(Object.entries(this.#document.pictures));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("change", (event) => this.#changed(event.target as HTMLInputElement));
    this.addEventListener("input", (event) => this.#input(event.target as HTMLInputElement));
    void this.#open().catch(() => this.#failed("failed"));
    void this.#lay().catch(() => this.#failed("map_failed"));
  }

  // -- beginning ------------------------------------------------------------------------------

  async #open(): Promise<void> {
    const { Eye } = await import("./eye.ts");
    const waiting: Promise<void>[] = [];
    for (const side of ["a", "b"] as const) {
      const picture = this.#pictures.get(this.#state[side] ?? "");
      if (!picture) continue;
      const element = this.#one(`.pane[data-side=${side}]`);
      const holder = this.#in<HTMLElement>(element, ".eye");
      holder.hidden = false;
      const eye = new Eye(holder, picture, this.#asked(side, picture), (look) => this.#turned(side, look));
      this.#panes[side] = { element, eye, picture };
      waiting.push(eye.ready);
      holder.tabIndex = 0;
      holder.role = "application";
      holder.ariaLabel = picture.alt;
      holder.setAttribute("aria-describedby", "eye-keys");
      holder.addEventListener("keydown", (event) => this.#key(event, side));
    }
    await Promise.all(waiting);
    for (const pane of Object.values(this.#panes)) pane.element.setAttribute("ready", "");
    if (this.#state.turned === null) this.#keepOffset();
    this.#tell();
    this.setAttribute("ready", "");
  }

  async #lay(): Promise<void> {
    const [{ Ground }, described] = await Promise.all([import("./ground.ts"), load()]);
    const canvas = this.#one(".map-canvas");
    canvas.replaceChildren();
    const ground = new Ground(canvas, described, this.#document, this.#document.outline);
    this.#ground = ground;
    canvas.tabIndex = 0;
    canvas.role = "application";
    canvas.ariaLabel = this.#one(".pane-map").ariaLabel;
    canvas.setAttribute("aria-describedby", "pano-map-keys");
    canvas.addEventListener("keydown", (event) => this.#mapKey(event, canvas));
    ground.map.on("singleclick", (event) => this.#spotAt(event.pixel));
    ground.part = this.#state.swipe / 100;
    this.#showPhotos();
    this.#spots = await fetchRoute(this.#document);
    this.#tell();
    ground.map.once("rendercomplete", () => this.setAttribute("mapped", ""));
    ground.map.render();
  }

  #one<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.#in<T>(this, selector);
  }

  #in<T extends Element>(element: Element, selector: string): T {
    const found = element.querySelector<T>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  /** Where a viewer looks at first: where the address says, else to the parcel. */
  #asked(side: Side, picture: Picture): Look {
    const { bearing: asked, turned, pitch, zoom } = this.#state;
    const from = asked === null ? picture.bearing : side === "a" ? asked : beside(asked, turned ?? 0);
    return { bearing: from, pitch, zoom };
  }

  // -- looking around -------------------------------------------------------------------------

  /** Somebody turned one viewer: the other goes along, or from now on looks that much further. */
  #turned(side: Side, look: Look): void {
    const second = this.#panes[other(side)];
    if (second) {
      const offset = side === "a" ? (this.#state.turned ?? 0) : -(this.#state.turned ?? 0);
      if (this.#state.loose) this.#keepOffset();
      else second.eye.turn({ ...look, bearing: beside(look.bearing, offset) });
    }
    this.#tell();
    this.#announce(side);
  }

  #keepOffset(): void {
    const { a, b } = this.#panes;
    if (a && b) this.#state.turned = turn(b.eye.look.bearing - a.eye.look.bearing);
  }

  #turn(side: Side, look: Look): void {
    const pane = this.#panes[side];
    if (!pane) return;
    pane.eye.turn({ ...look, pitch: Math.max(-89, Math.min(89, look.pitch)), zoom: Math.max(0, Math.min(100, look.zoom)) });
    this.#turned(side, pane.eye.look);
  }

  #key(event: KeyboardEvent, side: Side): void {
    const pane = this.#panes[side];
    if (!pane || event.ctrlKey || event.altKey || event.metaKey) return;
    const { look } = pane.eye;
    const step = event.shiftKey ? SMALL_STEP : STEP;
    const deeds: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#turn(side, { ...look, bearing: bearing(look.bearing - step) }),
      ArrowRight: () => this.#turn(side, { ...look, bearing: bearing(look.bearing + step) }),
      ArrowUp: () => this.#turn(side, { ...look, pitch: look.pitch + step }),
      ArrowDown: () => this.#turn(side, { ...look, pitch: look.pitch - step }),
      "+": () => this.#turn(side, { ...look, zoom: look.zoom + ZOOM_STEP }),
      "=": () => this.#turn(side, { ...look, zoom: look.zoom + ZOOM_STEP }),
      "-": () => this.#turn(side, { ...look, zoom: look.zoom - ZOOM_STEP }),
      Home: () => this.#home(side),
      PageUp: () => void this.#step(side, 1),
      PageDown: () => void this.#step(side, -1),
      k: () => this.#swap(),
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  }

  #home(side: Side): void {
    const pane = this.#panes[side];
    if (pane) this.#turn(side, { bearing: pane.picture.bearing, pitch: 0, zoom: pane.eye.look.zoom });
  }

  /** Both to the parcel: the offset is then what the two places differ. */
  #even(): void {
    for (const pane of Object.values(this.#panes)) pane.eye.turn({ bearing: pane.picture.bearing, pitch: 0, zoom: pane.eye.look.zoom });
    this.#keepOffset();
    this.#tell();
    this.#announce("a");
  }

  // -- other pictures -------------------------------------------------------------------------

  /** Another year of a pane: the picture that shows the parcel best. */
  async #year(side: Side, year: number): Promise<void> {
    const id = this.#document.best[year];
    if (id) await this.#go(side, id, true);
  }

  #yearStep(side: Side, step: number): void {
    const pane = this.#panes[side];
    const years = Object.keys(this.#document.best).map(Number).sort((one, two) => one - two);
    const wanted = years[years.indexOf(pane?.picture.year ?? 0) + step];
    if (wanted !== undefined) void this.#year(side, wanted);
  }

  async #step(side: Side, step: number): Promise<void> {
    const pane = this.#panes[side];
    const spot = pane && next(this.#spots, pane.picture.id, step);
    if (!spot) return this.#speak(say("no_more"));
    await this.#goTo(spot, side);
  }

  #spotAt(pixel: number[]): void {
    const spot = this.#ground?.spotAt(pixel);
    if (!spot) return this.#speak(say("nothing_here"));
    const side = spot.year === this.#panes.a?.picture.year ? "a" : "b";
    void this.#goTo(spot, side);
  }

  /** A viewer goes to a place, and the other one to the same place in its year. */
  async #goTo(spot: Spot, side: Side): Promise<void> {
    await this.#go(side, spot.id, false);
    const second = this.#panes[other(side)];
    if (!second || this.#state.loose) return;
    const along = sameSpot(this.#spots, second.picture.year, spot);
    if (along) await this.#go(other(side), along.id, false);
    else this.#speak(say("no_near", { year: second.picture.year }));
  }

  async #go(side: Side, id: string, facing: boolean): Promise<void> {
    const pane = this.#panes[side];
    if (!pane) return;
    let picture = this.#pictures.get(id);
    if (!picture) {
      try {
        picture = await fetchPicture(this.#document, id);
      } catch {
        return this.#speak(say("failed"));
      }
      this.#pictures.set(id, picture);
    }
    const { look } = pane.eye;
    // A year keeps what the user looked at beside the parcel: the same turn away from facing it.
    const away = turn(look.bearing - pane.picture.bearing);
    const facingLook = { ...look, bearing: bearing(picture.bearing + away) };
    pane.picture = picture;
    this.#state[side] = id;
    this.#in<HTMLElement>(pane.element, ".eye").ariaLabel = picture.alt;
    await pane.eye.show(picture, facing ? facingLook : look);
    if (facing) this.#keepOffset();
    this.#tell();
    this.#announce(side);
  }

  // -- what the page says ---------------------------------------------------------------------

  /** Everything that follows from what one sees: words, map, years, address. */
  #tell(): void {
    for (const side of ["a", "b"] as const) {
      const pane = this.#panes[side];
      if (!pane) continue;
      const { look } = pane.eye;
      this.#in<HTMLElement>(pane.element, ".looks").textContent = this.#words("looks", side);
      this.#in<HTMLSelectElement>(pane.element, "select").value = String(pane.picture.year);
      this.#in<HTMLAnchorElement>(pane.element, ".flat-link").href = pane.picture.flat;
      const blur = this.#in<HTMLAnchorElement>(pane.element, ".blur-link");
      blur.href = blur.pathname.replace(/[^/]+$/, encodeURIComponent(pane.picture.id));
      this.#ground?.look(side, pane.picture, look.bearing, pane.eye.width);
    }
    const { a, b } = this.#panes;
    if (a) {
      const { look } = a.eye;
      Object.assign(this.#state, { bearing: look.bearing, pitch: look.pitch, zoom: look.zoom });
    }
    const years = { a: a?.picture.year ?? null, b: b?.picture.year ?? null };
    this.#ground?.route(this.#spots, years);
    this.#showPhotos();
    for (const year of this.querySelectorAll<HTMLElement>(".years .year")) this.#mark(year, years);
    clearTimeout(this.#addressTimer);
    this.#addressTimer = window.setTimeout(() => this.#write(), ADDRESS_PAUSE_MS);
  }

  #mark(year: HTMLElement, years: Readonly<Record<Side, number | null>>): void {
    const marks = (["a", "b"] as const).filter((side) => String(years[side]) === year.dataset["year"]);
    const place = this.#in<HTMLElement>(year, ".sides");
    place.replaceChildren(
      ...marks.map((side) => {
        const mark = document.createElement("span");
        mark.className = "side";
        mark.dataset["side"] = side;
        mark.textContent = side.toUpperCase();
        return mark;
      }),
    );
    for (const link of year.querySelectorAll<HTMLElement>("a.as"))
      link.ariaCurrent = marks.includes(link.dataset["side"] as Side) ? "true" : null;
  }

  #write(): void {
    const chosen = (side: Side): Chosen | null => {
      const picture = this.#panes[side]?.picture;
      return picture ? { year: picture.year, best: this.#document.best[picture.year] === picture.id } : null;
    };
    history.replaceState(null, "", write(this.#document.parcel, this.#state, chosen("a"), chosen("b")));
  }

  #words(key: "looks" | "looking", side: Side): string {
    const pane = this.#panes[side];
    if (!pane) return "";
    const looking = pane.eye.look.bearing;
    return say(key, {
      side: side.toUpperCase(),
      direction: say(wind(looking)),
      degrees: Math.round(looking) % 360,
      date: pane.picture.date,
    });
  }

  /** Once, a while after the picture came to rest. */
  #announce(side: Side): void {
    clearTimeout(this.#speakTimer);
    this.#speakTimer = window.setTimeout(() => this.#speak(this.#words("looking", side)), SPEAK_PAUSE_MS);
  }

  #speak(text: string): void {
    this.#one(":scope > [role=status]").textContent = text;
  }

  #failed(key: string): void {
    for (const eye of this.querySelectorAll<HTMLElement>(".eye")) if (key === "failed") eye.hidden = true;
    this.setAttribute("failed", "");
    this.#speak(say(key));
  }

  // -- controls -------------------------------------------------------------------------------

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a.as");
    if (link && this.#panes[link.dataset["side"] as Side] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      void this.#year(link.dataset["side"] as Side, Number(link.dataset["year"]));
      return;
    }
    const button = target.closest<HTMLElement>("button[data-do]");
    if (!button) return;
    const side = (button.dataset["side"] ?? "a") as Side;
    const step = Number(button.dataset["step"] ?? 0);
    const zoomed = (by: number): void => {
      const look = this.#panes[side]?.eye.look;
      if (look) this.#turn(side, { ...look, zoom: look.zoom + by });
    };
    const deeds: Readonly<Record<string, () => void>> = {
      year: () => this.#yearStep(side, step),
      in: () => zoomed(ZOOM_STEP),
      out: () => zoomed(-ZOOM_STEP),
      home: () => this.#home(side),
      on: () => void this.#step(side, 1),
      back: () => void this.#step(side, -1),
      even: () => this.#even(),
      blink: () => this.#blink(button),
      swap: () => this.#swap(),
      share: () => void this.#share(),
      swipe: () => this.#swipe(this.#state.swipe + step),
      "map-in": () => this.#ground?.board.zoomBy(1),
      "map-out": () => this.#ground?.board.zoomBy(-1),
    };
    deeds[button.dataset["do"] ?? ""]?.();
  }

  #changed(target: HTMLInputElement): void {
    if (target.closest(".pane-top") && target.tagName === "SELECT") void this.#year(target.name as Side, Number(target.value));
    if (target.name === "same") {
      this.#state.loose = !target.checked;
      this.#keepOffset();
      this.#tell();
    }
    if (target.dataset["photo"]) {
      this.#state[target.dataset["photo"] === "a" ? "photoA" : "photoB"] = Number(target.value) || null;
      this.#tell();
    }
    if (target.name === "photos") this.#showPhotos();
    if (target.id === "swipe-number") this.#swipe(Number(target.value));
  }

  #input(target: HTMLInputElement): void {
    if (target.name === "swipe") this.#swipe(Number(target.value));
  }

  #swipe(percent: number): void {
    if (!Number.isFinite(percent)) return;
    const swipe = Math.max(0, Math.min(100, Math.round(percent)));
    this.#state.swipe = swipe;
    if (this.#ground) this.#ground.part = swipe / 100;
    this.#tell();
  }

  /** The aerial photos follow the years of the two pictures, until one chooses others. */
  #showPhotos(): void {
    const range = this.querySelector<HTMLInputElement>("input[name=swipe]");
    if (!range) return;
    const year = (side: Side, chosen: number | null): number | null => {
      const wanted = chosen ?? this.#pictures.get(this.#state[side] ?? "")?.year ?? null;
      return wanted !== null && this.#document.photos.includes(wanted) ? wanted : null;
    };
    const years = { a: year("a", this.#state.photoA), b: year("b", this.#state.photoB) };
    this.#ground?.photos(years, this.#one<HTMLInputElement>("input[name=photos]").checked);
    for (const side of ["a", "b"] as const) this.#one<HTMLSelectElement>(`#photo-${side}`).value = String(years[side] ?? "");
    range.value = String(this.#state.swipe);
    this.#one<HTMLInputElement>("#swipe-number").value = String(this.#state.swipe);
    range.setAttribute("aria-valuetext", say("swiped", { left: years.a ?? "–", percent: this.#state.swipe }));
  }

  #mapKey(event: KeyboardEvent, canvas: HTMLElement): void {
    const wanted = event.target === canvas ? command(event) : null;
    if (!wanted || !this.#ground || wanted.do === "close") return;
    event.preventDefault();
    const { board } = this.#ground;
    if (wanted.do === "pan") board.pan(wanted.right, wanted.down);
    if (wanted.do === "zoom") board.zoomBy(wanted.steps);
    if (wanted.do === "choose") this.#spotAt(board.middle);
  }

  // -- blinking -------------------------------------------------------------------------------

  /** Both pictures in one place, in turns: by itself, or by a button where motion is unwanted. */
  #blink(button: HTMLElement): void {
    const on = button.ariaPressed !== "true" && Boolean(this.#panes.a && this.#panes.b);
    button.ariaPressed = String(on);
    this.toggleAttribute("blinking", on);
    this.#one("[data-do=swap]").hidden = !on;
    clearInterval(this.#blinkTimer);
    this.dataset["shown"] = "a";
    for (const pane of Object.values(this.#panes)) pane.eye.resized();
    this.#speak(say(on ? "blink_on" : "blink_off"));
    if (on && !calm.matches) this.#blinkTimer = window.setInterval(() => this.#other(), BLINK_MS);
  }

  #other(): void {
    this.dataset["shown"] = this.dataset["shown"] === "a" ? "b" : "a";
  }

  /** By hand: from then on it does not change by itself. */
  #swap(): void {
    if (!this.hasAttribute("blinking")) return;
    clearInterval(this.#blinkTimer);
    this.#other();
    const side = this.dataset["shown"] as Side;
    if (this.contains(document.activeElement) && document.activeElement?.classList.contains("eye"))
      this.#one(`.pane[data-side=${side}] .eye`).focus();
    this.#speak(say(side === "a" ? "shown_a" : "shown_b", { date: this.#panes[side]?.picture.date ?? "" }));
  }

  async #share(): Promise<void> {
    this.#write();
    try {
      await navigator.clipboard.writeText(location.href);
      this.#speak(say("copied"));
    } catch {
      this.#speak(say("not_copied"));
    }
  }
}

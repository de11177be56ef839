/**
 * The workspace: two pictures of a parcel that keep together, their places on a map, and the address
 * that tells all of it. Without it the page shows flat pictures and plain links.
 */

import { load } from "../map/document.ts";
import { command as mapCommand } from "../map/keys.ts";
import { Blink } from "./blink.ts";
import { type ImageryDocument, read } from "./document.ts";
import type { Ground, Side } from "./ground.ts";
import { ZOOM_STEP, command } from "./keys.ts";
import { Pair, SIDES } from "./pair.ts";
import { eyeOf, mark, part, tell, words } from "./pane.ts";
import { fetchRoute } from "./route.ts";
import { say } from "./sentences.ts";
import { type Chosen, type State, write } from "./state.ts";
import { Swipe } from "./swipe.ts";

const SPEAK_PAUSE_MS = 800;
const ADDRESS_PAUSE_MS = 250;

export class ImageryWorkspace extends HTMLElement {
  #document!: ImageryDocument;
  #state!: State;
  #pair!: Pair;
  #blink!: Blink;
  #swipe!: Swipe;
  #ground: Ground | undefined;
  #speakTimer = 0;
  #addressTimer = 0;

  connectedCallback(): void {
    this.#document = read();
    this.#state = { ...this.#document.state };
    const speak = (text: string): void => this.#speak(text);
    this.#pair = new Pair(this.#document, this.#state, { changed: (side) => this.#changedOn(side), speak });
    this.#blink = new Blink(this, this.#pair, speak);
    this.#swipe = new Swipe(this, this.#state, this.#document.photos);
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("change", (event) => this.#changed(event.target as HTMLInputElement));
    this.addEventListener("input", (event) => this.#input(event.target as HTMLInputElement));
    void this.#open().catch(() => this.#failed("failed"));
    void this.#lay().catch(() => this.#failed("map_failed"));
  }

  async #open(): Promise<void> {
    await this.#pair.open((side) => {
      const pane = part(this, `.pane[data-side=${side}]`);
      eyeOf(pane).addEventListener("keydown", (event) => this.#key(event, side));
      return pane;
    });
    this.#tell();
    this.setAttribute("ready", "");
  }

  async #lay(): Promise<void> {
    const [{ Ground }, described] = await Promise.all([import("./ground.ts"), load()]);
    const canvas = part(this, ".map-canvas");
    canvas.replaceChildren();
    const ground = new Ground(canvas, described, this.#document, this.#document.outline);
    this.#ground = ground;
    canvas.tabIndex = 0;
    canvas.role = "application";
    canvas.ariaLabel = part(this, ".pane-map").ariaLabel;
    canvas.setAttribute("aria-describedby", "pano-map-keys");
    canvas.addEventListener("keydown", (event) => this.#mapKey(event, canvas));
    ground.map.on("singleclick", (event) => this.#spotAt(event.pixel));
    this.#swipe.on(ground);
    this.#tell();
    this.#pair.spots = await fetchRoute(this.#document);
    this.#tell();
    ground.map.once("rendercomplete", () => this.setAttribute("mapped", ""));
    ground.map.render();
  }

  // -- what the page says ---------------------------------------------------------------------

  /** Everything that follows from what one sees: words, map, years, address. */
  #tell(): void {
    const years = { a: this.#pair.year("a"), b: this.#pair.year("b") };
    for (const side of SIDES) {
      const pane = this.#pair.panes[side];
      if (!pane) continue;
      tell(side, pane);
      this.#ground?.look(side, pane.picture, pane.eye.look.bearing, pane.eye.width);
    }
    const { a } = this.#pair.panes;
    if (a) Object.assign(this.#state, a.eye.look);
    this.#ground?.route(this.#pair.spots, years);
    this.#swipe.show({ a: years.a ?? this.#missing("a"), b: years.b ?? this.#missing("b") });
    for (const year of this.querySelectorAll<HTMLElement>(".years .year")) mark(year, years);
    clearTimeout(this.#addressTimer);
    this.#addressTimer = window.setTimeout(() => history.replaceState(null, "", this.#address()), ADDRESS_PAUSE_MS);
  }

  /** What one sees as an address; a year that is missing stays missing. */
  #address(): string {
    const chosen = (side: Side): Chosen | null => {
      const picture = this.#pair.panes[side]?.picture;
      const missing = this.#missing(side);
      if (!picture) return missing === null ? null : { year: missing, best: true };
      return { year: picture.year, best: this.#document.best[picture.year] === picture.id };
    };
    return write(this.#document.parcel, this.#state, chosen("a"), chosen("b"));
  }

  /** The year that was asked for and has no picture. */
  #missing(side: Side): number | null {
    return Number(new URLSearchParams(location.search).get(side)) || null;
  }

  /** Told once, a while after the picture came to rest. */
  #changedOn(side: Side): void {
    this.#tell();
    clearTimeout(this.#speakTimer);
    this.#speakTimer = window.setTimeout(() => {
      const pane = this.#pair.panes[side];
      if (pane) this.#speak(words("looking", side, pane));
    }, SPEAK_PAUSE_MS);
  }

  #speak(text: string): void {
    part(this, ":scope > [role=status]").textContent = text;
  }

  #failed(key: "failed" | "map_failed"): void {
    if (key === "failed") for (const eye of this.querySelectorAll<HTMLElement>(".eye")) eye.hidden = true;
    this.setAttribute("failed", "");
    this.#speak(say(key));
  }

  // -- controls -------------------------------------------------------------------------------

  #key(event: KeyboardEvent, side: Side): void {
    const wanted = command(event);
    if (!wanted || !this.#pair.panes[side]) return;
    event.preventDefault();
    if (wanted.do === "turn") this.#pair.nudge(side, wanted);
    else if (wanted.do === "zoom") this.#pair.nudge(side, wanted);
    else if (wanted.do === "step") void this.#pair.step(side, wanted.step);
    else if (wanted.do === "year") this.#yearStep(side, wanted.step);
    else if (wanted.do === "home") this.#pair.home(side);
    else if (wanted.do === "blink") this.#blink.toggle();
    else this.#blink.swap();
  }

  #mapKey(event: KeyboardEvent, canvas: HTMLElement): void {
    const wanted = event.target === canvas ? mapCommand(event) : null;
    if (!wanted || !this.#ground || wanted.do === "close") return;
    event.preventDefault();
    const { board } = this.#ground;
    if (wanted.do === "pan") board.pan(wanted.right, wanted.down);
    if (wanted.do === "zoom") board.zoomBy(wanted.steps);
    if (wanted.do === "choose") this.#spotAt(board.middle);
  }

  #spotAt(pixel: number[]): void {
    const spot = this.#ground?.spotAt(pixel);
    if (!spot) return this.#speak(say("nothing_here"));
    void this.#pair.goTo(spot, spot.year === this.#pair.year("a") ? "a" : "b");
  }

  /** Another year of a pane; one that was missing opens with the page. */
  async #year(side: Side, year: number): Promise<void> {
    if (await this.#pair.toYear(side, year)) return;
    const address = new URL(this.#address(), location.href);
    address.searchParams.set(side, String(year));
    address.searchParams.delete(`p${side}`);
    location.assign(address);
  }

  #yearStep(side: Side, step: number): void {
    const year = this.#pair.yearBeside(side, step);
    if (year !== null) void this.#year(side, year);
    else this.#speak(say("no_more_years"));
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a.as");
    const linked = link?.dataset["side"] as Side | undefined;
    if (link && linked && this.#pair.panes[linked] && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      void this.#year(linked, Number(link.dataset["year"]));
      return;
    }
    const button = target.closest<HTMLElement>("button[data-do]");
    if (!button) return;
    const side = (button.dataset["side"] ?? "a") as Side;
    const step = Number(button.dataset["step"] ?? 0);
    const deeds: Readonly<Record<string, () => void>> = {
      year: () => this.#yearStep(side, step),
      in: () => this.#pair.nudge(side, { nearer: ZOOM_STEP }),
      out: () => this.#pair.nudge(side, { nearer: -ZOOM_STEP }),
      home: () => this.#pair.home(side),
      on: () => void this.#pair.step(side, 1),
      back: () => void this.#pair.step(side, -1),
      even: () => this.#pair.even(),
      blink: () => this.#blink.toggle(),
      swap: () => this.#blink.swap(),
      share: () => void this.#share(),
      swipe: () => this.#swipeTo(this.#state.swipe + step),
      "map-in": () => this.#ground?.board.zoomBy(1),
      "map-out": () => this.#ground?.board.zoomBy(-1),
    };
    deeds[button.dataset["do"] ?? ""]?.();
  }

  #changed(target: HTMLInputElement): void {
    if (target.closest(".pane-top") && target.tagName === "SELECT") void this.#year(target.name as Side, Number(target.value));
    if (target.name === "same") {
      this.#state.loose = !target.checked;
      this.#pair.keepOffset();
    }
    if (target.dataset["photo"]) this.#swipe.choose(target.dataset["photo"] as Side, Number(target.value) || null);
    if (target.id === "swipe-number") this.#swipe.to(Number(target.value));
    this.#tell();
  }

  #input(target: HTMLInputElement): void {
    if (target.name === "swipe") this.#swipeTo(Number(target.value));
  }

  #swipeTo(percent: number): void {
    this.#swipe.to(percent);
    this.#tell();
  }

  async #share(): Promise<void> {
    history.replaceState(null, "", this.#address());
    try {
      await navigator.clipboard.writeText(location.href);
      this.#speak(say("copied"));
    } catch {
      this.#speak(say("not_copied"));
    }
  }
}

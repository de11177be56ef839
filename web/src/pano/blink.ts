/** Both pictures in one place, in turns: by themselves, or by hand where motion is unwanted. */

import type { Side } from "./ground.ts";
import { eyeOf, part } from "./pane.ts";
import { type Pair, other } from "./pair.ts";
import { say } from "./sentences.ts";

const EACH_MS = 1000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Blink {
  readonly #workspace: HTMLElement;
  readonly #pair: Pair;
  readonly #speak: (text: string) => void;
  #timer = 0;

  constructor(workspace: HTMLElement, pair: Pair, speak: (text: string) => void) {
    this.#workspace = workspace;
    this.#pair = pair;
    this.#speak = speak;
  }

  get on(): boolean {
    return this.#workspace.hasAttribute("blinking");
  }

  /** Begin, or end. */
  toggle(): void {
    const { a, b } = this.#pair.panes;
    const on = !this.on && Boolean(a && b);
    part(this.#workspace, "[data-do=blink]").ariaPressed = String(on);
    part(this.#workspace, "[data-do=swap]").hidden = !on;
    this.#workspace.toggleAttribute("blinking", on);
    clearInterval(this.#timer);
    this.#workspace.dataset["shown"] = "a";
    for (const pane of Object.values(this.#pair.panes)) pane.eye.resized();
    this.#speak(say(on ? "blink_on" : "blink_off"));
    if (on && !calm.matches) this.#timer = window.setInterval(() => this.#swap(), EACH_MS);
  }

  /** The other one, by hand: from then on it does not change by itself. */
  swap(): void {
    if (!this.on) return;
    clearInterval(this.#timer);
    const looking = document.activeElement?.classList.contains("eye") && this.#workspace.contains(document.activeElement);
    const side = this.#swap();
    if (looking) eyeOf(this.#pane(side)).focus();
    this.#speak(say(side === "a" ? "shown_a" : "shown_b", { date: this.#pair.panes[side]?.picture.date ?? "" }));
  }

  #swap(): Side {
    const side = other(this.#workspace.dataset["shown"] === "b" ? "b" : "a");
    this.#workspace.dataset["shown"] = side;
    return side;
  }

  #pane(side: Side): HTMLElement {
    return part(this.#workspace, `.pane[data-side=${side}]`);
  }
}

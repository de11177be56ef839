/** Two aerial photos with a line between them: their years, and where the line is. */

import type { Ground, Side } from "./ground.ts";
import { part } from "./pane.ts";
import { say } from "./sentences.ts";
import type { State } from "./state.ts";

export class Swipe {
  readonly #workspace: HTMLElement;
  readonly #state: State;
  readonly #known: readonly number[];
  #ground: Ground | undefined;

  constructor(workspace: HTMLElement, state: State, known: readonly number[]) {
    this.#workspace = workspace;
    this.#state = state;
    this.#known = known;
  }

  /** The map is there. */
  on(ground: Ground): void {
    this.#ground = ground;
    ground.part = this.#state.swipe / 100;
  }

  /** The line at so many percent from the left. */
  to(percent: number): void {
    if (!Number.isFinite(percent)) return;
    this.#state.swipe = Math.max(0, Math.min(100, Math.round(percent)));
    if (this.#ground) this.#ground.part = this.#state.swipe / 100;
  }

  /** Another year on one side; none: that of the street picture again. */
  choose(side: Side, year: number | null): void {
    this.#state[side === "a" ? "photoA" : "photoB"] = year;
  }

  /** The photos follow the years of the two pictures, until one chooses others. */
  show(pictured: Readonly<Record<Side, number | null>>): void {
    const range = this.#workspace.querySelector<HTMLInputElement>("input[name=swipe]");
    if (!range) return;
    const { photoA, photoB, swipe } = this.#state;
    const there = (year: number | null): number | null => (year !== null && this.#known.includes(year) ? year : null);
    const years = { a: there(photoA ?? pictured.a), b: there(photoB ?? pictured.b) };
    this.#ground?.photos(years, part<HTMLInputElement>(this.#workspace, "input[name=photos]").checked);
    for (const side of ["a", "b"] as const)
      part<HTMLSelectElement>(this.#workspace, `#photo-${side}`).value = String(years[side] ?? "");
    range.value = String(swipe);
    part<HTMLInputElement>(this.#workspace, "#swipe-number").value = String(swipe);
    range.setAttribute("aria-valuetext", say("swiped", { left: years.a ?? "–", right: years.b ?? "–", percent: swipe }));
  }
}

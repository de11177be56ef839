/** One of the two pictures: its part of the page, its viewer, and what the page says of it. */

import { wind } from "./angles.ts";
import type { Picture } from "./document.ts";
import type { Eye } from "./eye.ts";
import type { Side } from "./ground.ts";
import { say } from "./sentences.ts";

export interface Pane {
  readonly element: HTMLElement;
  readonly eye: Eye;
  picture: Picture;
}

/** A part of the page that the server always makes. */
export function part<T extends Element = HTMLElement>(of: Element, selector: string): T {
  const found = of.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

export const eyeOf = (pane: Element): HTMLElement => part(pane, ".eye");

/** Where a viewer looks, and when its picture was taken, in words. */
export function words(key: "looks" | "looking", side: Side, pane: Pane): string {
  const looking = pane.eye.look.bearing;
  return say(key, {
    side: side.toUpperCase(),
    direction: say(wind(looking)),
    degrees: Math.round(looking) % 360,
    date: pane.picture.date,
  });
}

/** Words, year and links under a picture follow what is shown. */
export function tell(side: Side, pane: Pane): void {
  part(pane.element, ".looks").textContent = words("looks", side, pane);
  part<HTMLSelectElement>(pane.element, "select").value = String(pane.picture.year);
  part<HTMLAnchorElement>(pane.element, ".flat-link").href = pane.picture.flat;
  const blur = part<HTMLAnchorElement>(pane.element, ".blur-link");
  blur.href = blur.pathname.replace(/[^/]+$/, encodeURIComponent(pane.picture.id));
}

/** In the list of years, which are shown on which side. */
export function mark(year: HTMLElement, shown: Readonly<Record<Side, number | null>>): void {
  const marks = (["a", "b"] as const).filter((side) => String(shown[side]) === year.dataset["year"]);
  part(year, ".sides").replaceChildren(
    ...marks.map((side) => {
      const sign = document.createElement("span");
      sign.className = "side";
      sign.dataset["side"] = side;
      sign.textContent = side.toUpperCase();
      return sign;
    }),
  );
  for (const link of year.querySelectorAll<HTMLElement>("a.as"))
    link.ariaCurrent = marks.includes(link.dataset["side"] as Side) ? "true" : null;
}

/** What the keys do while a viewer has the focus. Each of them has a button as well. */

export type Command =
  | { readonly do: "turn"; readonly right: number; readonly up: number }
  | { readonly do: "zoom"; readonly nearer: number }
  | { readonly do: "step" | "year"; readonly step: number }
  | { readonly do: "home" | "blink" | "swap" };

export const ZOOM_STEP = 10;
const LARGE = 10;
const SMALL = 2;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const others: Readonly<Record<string, Command>> = {
  "+": { do: "zoom", nearer: ZOOM_STEP },
  "=": { do: "zoom", nearer: ZOOM_STEP },
  "-": { do: "zoom", nearer: -ZOOM_STEP },
  "_": { do: "zoom", nearer: -ZOOM_STEP },
  Home: { do: "home" },
  PageUp: { do: "step", step: 1 },
  PageDown: { do: "step", step: -1 },
  j: { do: "year", step: 1 },
  J: { do: "year", step: -1 },
  b: { do: "blink" },
  k: { do: "swap" },
};

/** The command of a key, or null for one that is not ours: Tab always moves on. */
export function command(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const arrow = arrows[event.key];
  if (!arrow) return others[event.key] ?? null;
  const step = event.shiftKey ? SMALL : LARGE;
  return { do: "turn", right: arrow[0] * step, up: arrow[1] * step };
}

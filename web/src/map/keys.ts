/** What the keys do while the map has the focus. */

export type Command =
  | { readonly do: "pan"; readonly right: number; readonly down: number }
  | { readonly do: "zoom"; readonly steps: number }
  | { readonly do: "choose" }
  | { readonly do: "close" };

const LARGE = 128;
const SMALL = 16;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The command of a key, or null for one that is not ours: Tab always moves on. */
export function command(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">): Command | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const arrow = arrows[event.key];
  if (arrow) {
    const step = event.shiftKey ? SMALL : LARGE;
    return { do: "pan", right: arrow[0] * step, down: arrow[1] * step };
  }
  if (event.key === "+" || event.key === "=") return { do: "zoom", steps: 1 };
  if (event.key === "-" || event.key === "_") return { do: "zoom", steps: -1 };
  if (event.key === "Enter") return { do: "choose" };
  if (event.key === "Escape") return { do: "close" };
  return null;
}

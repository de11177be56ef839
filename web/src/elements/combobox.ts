/** What the keys of an editable combobox do (WAI-ARIA APG: list autocomplete, manual selection). */

export interface ListState {
  readonly open: boolean;
  /** How many suggestions there are. */
  readonly count: number;
  /** The suggestion that is marked, or -1 for none. */
  readonly active: number;
}

export type Action = "none" | "move" | "open" | "pick" | "close" | "clear" | "leave";

export interface Answer {
  readonly action: Action;
  readonly active: number;
  /** Whether the key must not do what it usually does. */
  readonly handled: boolean;
}

/** The answer to a key; Enter without a marked suggestion submits the form, Tab never picks. */
export function answer(key: string, state: ListState): Answer {
  const { open, count, active } = state;
  switch (key) {
    case "ArrowDown":
      if (!open) return { action: "open", active: count > 0 ? 0 : -1, handled: true };
      return move(active + 1 < count ? active + 1 : 0, count);
    case "ArrowUp":
      if (!open) return { action: "open", active: count - 1, handled: true };
      return move(active > 0 ? active - 1 : count - 1, count);
    case "Enter":
      if (open && active >= 0) return { action: "pick", active, handled: true };
      return { action: "leave", active: -1, handled: false };
    case "Escape":
      return { action: open ? "close" : "clear", active: -1, handled: true };
    case "Tab":
      return { action: "leave", active: -1, handled: false };
    case "Home":
    case "End":
    case "ArrowLeft":
    case "ArrowRight":
      return { action: open && active >= 0 ? "move" : "none", active: -1, handled: false };
    default:
      return { action: "none", active, handled: false };
  }
}

const move = (to: number, count: number): Answer => ({
  action: "move",
  active: count > 0 ? to : -1,
  handled: true,
});

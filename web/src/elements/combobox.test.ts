import { describe, expect, test } from "vitest";
import { type ListState, answer } from "./combobox.ts";

const closed: ListState = { open: false, count: 3, active: -1 };
const open: ListState = { open: true, count: 3, active: -1 };

describe("the keys of the search box", () => {
  test("Down opens and marks the first, then walks and comes round", () => {
    expect(answer("ArrowDown", closed)).toEqual({ action: "open", active: 0, handled: true });
    expect(answer("ArrowDown", open).active).toBe(0);
    expect(answer("ArrowDown", { ...open, active: 2 }).active).toBe(0);
  });

  test("Up marks the last first", () => {
    expect(answer("ArrowUp", closed).active).toBe(2);
    expect(answer("ArrowUp", { ...open, active: 0 }).active).toBe(2);
  });

  test("Enter picks what is marked, and otherwise submits the form", () => {
    expect(answer("Enter", { ...open, active: 1 })).toEqual({ action: "pick", active: 1, handled: true });
    expect(answer("Enter", open).handled).toBe(false);
    expect(answer("Enter", closed).handled).toBe(false);
  });

  test("Escape closes, then clears", () => {
    expect(answer("Escape", open).action).toBe("close");
    expect(answer("Escape", closed).action).toBe("clear");
  });

  test("Tab moves on without picking", () => {
    expect(answer("Tab", { ...open, active: 1 })).toEqual({ action: "leave", active: -1, handled: false });
  });

  test("moving the caret gives up the mark, letters keep it", () => {
    expect(answer("ArrowLeft", { ...open, active: 1 })).toEqual({ action: "move", active: -1, handled: false });
    expect(answer("k", { ...open, active: 1 })).toEqual({ action: "none", active: 1, handled: false });
  });

  test("an empty list marks nothing", () => {
    expect(answer("ArrowDown", { open: true, count: 0, active: -1 }).active).toBe(-1);
    expect(answer("ArrowUp", { open: false, count: 0, active: -1 }).active).toBe(-1);
  });
});

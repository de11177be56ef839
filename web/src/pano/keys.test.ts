import { expect, test } from "vitest";
import { command } from "./keys.ts";

const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  command({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("arrows turn, with Shift a little", () => {
  expect(press("ArrowLeft")).toEqual({ do: "turn", right: -10, up: 0 });
  expect(press("ArrowUp", { shiftKey: true })).toEqual({ do: "turn", right: 0, up: 2 });
});

test("years go both ways", () => {
  expect(press("j")).toEqual({ do: "year", step: 1 });
  expect(press("J", { shiftKey: true })).toEqual({ do: "year", step: -1 });
});

test("other keys, and those of the browser, are left alone", () => {
  for (const key of ["Tab", "Enter", "x", "Escape"]) expect(press(key)).toBeNull();
  expect(press("ArrowLeft", { altKey: true })).toBeNull();
  expect(press("+", { ctrlKey: true })).toBeNull();
});

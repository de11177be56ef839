import { expect, test } from "vitest";
import { command } from "./keys.ts";

const plain = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

test("arrows pan, with Shift in small steps", () => {
  expect(command({ ...plain, key: "ArrowLeft" })).toEqual({ do: "pan", right: -128, down: 0 });
  expect(command({ ...plain, key: "ArrowDown", shiftKey: true })).toEqual({ do: "pan", right: 0, down: 16 });
});

test("plus and minus zoom, Enter chooses, Escape closes", () => {
  expect(command({ ...plain, key: "+" })).toEqual({ do: "zoom", steps: 1 });
  expect(command({ ...plain, key: "-" })).toEqual({ do: "zoom", steps: -1 });
  expect(command({ ...plain, key: "Enter" })).toEqual({ do: "choose" });
  expect(command({ ...plain, key: "Escape" })).toEqual({ do: "close" });
});

test("the browser keeps its own keys", () => {
  expect(command({ ...plain, key: "Tab" })).toBeNull();
  expect(command({ ...plain, key: "+", ctrlKey: true })).toBeNull();
  expect(command({ ...plain, key: "ArrowLeft", altKey: true })).toBeNull();
});

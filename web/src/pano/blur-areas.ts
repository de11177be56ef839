/** Draws an area on a flat picture by dragging; the numbers of the form tell the same. */

import { say } from "./sentences.ts";

const WIDTH = 2048;
const HEIGHT = 1024;
const NAMES = ["x", "y", "width", "height"] as const;

export class BlurAreas extends HTMLElement {
  #from: [number, number] | null = null;

  connectedCallback(): void {
    const frame = this.querySelector<HTMLElement>(".flat-frame");
    frame?.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch") return; // one finger scrolls; the numbers are there
      event.preventDefault();
      this.#from = this.#at(frame, event);
      frame.setPointerCapture(event.pointerId);
    });
    frame?.addEventListener("pointermove", (event) => this.#drag(frame, event));
    frame?.addEventListener("pointerup", (event) => {
      this.#drag(frame, event);
      if (this.#from) this.#said(say("drawn"));
      this.#from = null;
    });
    this.addEventListener("input", () => this.#draw());
    this.#draw();
  }

  /** Where the pointer is, as parts of the picture. */
  #at(frame: HTMLElement, event: PointerEvent): [number, number] {
    const box = frame.getBoundingClientRect();
    const part = (value: number): number => Math.max(0, Math.min(1, value));
    return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
  }

  #drag(frame: HTMLElement, event: PointerEvent): void {
    if (!this.#from) return;
    const [x0, y0] = this.#from;
    const [x1, y1] = this.#at(frame, event);
    const values = [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)];
    NAMES.forEach((name, at) => {
      const field = this.querySelector<HTMLInputElement>(`#area-${name}`);
      if (field) field.value = ((values[at] ?? 0) * 100).toFixed(1);
    });
    this.#draw();
  }

  #draw(): void {
    const sizes = { x: WIDTH, y: HEIGHT, width: WIDTH, height: HEIGHT };
    const drawn = this.querySelector(".drawn");
    for (const name of NAMES) {
      const typed = Number(this.querySelector<HTMLInputElement>(`#area-${name}`)?.value.replace(",", ".") ?? 0);
      const value = Number.isFinite(typed) ? Math.max(0, Math.min(100, typed)) : 0;
      drawn?.setAttribute(name, String((value / 100) * sizes[name]));
    }
  }

  #said(text: string): void {
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = text;
  }
}

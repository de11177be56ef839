/** A picture on which one points at a place: a click fills in the numbers, and the numbers move the ring. */
export class PointAt extends HTMLElement {
  connectedCallback(): void {
    const frame = this.querySelector<HTMLElement>(".pointing");
    frame?.addEventListener("click", (event) => {
      const box = frame.getBoundingClientRect();
      this.#field("x").value = percent((event.clientX - box.left) / box.width);
      this.#field("y").value = percent((event.clientY - box.top) / box.height);
      this.#draw();
      const status = this.querySelector("[role=status]");
      if (status) status.textContent = this.getAttribute("said");
    });
    this.addEventListener("input", () => this.#draw());
    this.#draw();
  }

  #field(name: "x" | "y"): HTMLInputElement {
    return this.querySelector<HTMLInputElement>(`#point-${name}`) as HTMLInputElement;
  }

  #draw(): void {
    const [x, y] = [typed(this.#field("x")), typed(this.#field("y"))];
    for (const ring of this.querySelectorAll("circle")) {
      ring.setAttribute("cx", String(x === null ? -100 : x * 20.48));
      ring.setAttribute("cy", String(y === null ? -100 : y * 10.24));
    }
  }
}

const percent = (part: number): string => (Math.max(0, Math.min(1, part)) * 100).toFixed(1);

function typed(field: HTMLInputElement): number | null {
  const value = Number(field.value.replace(",", "."));
  return field.value.trim() && value >= 0 && value <= 100 ? value : null;
}

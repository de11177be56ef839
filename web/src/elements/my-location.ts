import { say } from "../sentences.ts";

/** A button that searches for the place where the visitor is. */
export class MyLocation extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button")?.addEventListener("click", () => this.#locate());
  }

  #locate(): void {
    const answered = ({ coords }: GeolocationPosition): void => {
      const q = `${coords.latitude.toFixed(5)} ${coords.longitude.toFixed(5)}`;
      location.assign(`${this.getAttribute("search")}?${new URLSearchParams({ q })}`);
    };
    navigator.geolocation.getCurrentPosition(answered, () => this.#refused(), { timeout: 10_000 });
  }

  #refused(): void {
    let message = this.querySelector("p");
    if (!message) {
      message = document.createElement("p");
      message.role = "status";
      this.append(message);
    }
    message.textContent = say("no_location");
  }
}

import { say } from "../sentences.ts";

/** A button that searches for the place where the visitor is. */
export class MyLocation extends HTMLElement {
  // There before it speaks: a live region that comes with its words is not read everywhere.
  #status = document.createElement("p");

  connectedCallback(): void {
    this.#status.role = "status";
    this.#status.className = "small";
    this.append(this.#status);
    this.querySelector("button")?.addEventListener("click", () => this.#locate());
  }

  #locate(): void {
    // Browsers only know places on pages that came by https.
    if (!("geolocation" in navigator)) return this.#say("location_unknown");
    this.#say("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#search(coords),
      ({ code, PERMISSION_DENIED }) => this.#say(code === PERMISSION_DENIED ? "location_denied" : "location_unknown"),
      { timeout: 10_000, maximumAge: 60_000, enableHighAccuracy: true },
    );
  }

  #search({ latitude, longitude }: GeolocationCoordinates): void {
    const q = `${latitude.toFixed(5)} ${longitude.toFixed(5)}`;
    const href = `${this.getAttribute("search")}?${new URLSearchParams({ q })}`;
    // On the page that follows, its heading takes the focus (src/page.ts).
    sessionStorage.setItem("found", href);
    location.assign(href);
  }

  #say(key: string): void {
    this.#status.textContent = say(key);
  }
}

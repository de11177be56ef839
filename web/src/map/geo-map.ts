import { say } from "../sentences.ts";
import { Board } from "./board.ts";
import { type MapDocument, load } from "./document.ts";
import { command } from "./keys.ts";
import { Ruler, area, length } from "./ruler.ts";
import { scale } from "./scale.ts";
import { type MapState, type Theme, read, write } from "./state.ts";

const LIST_PAUSE_MS = 250;
const SPEAK_PAUSE_MS = 800;
const SCALE_ROOM = 110;

/**
 * The map page: makes a map in the markup that the server sent, and keeps map, list, selection and
 * address telling the same. Without it the list and the selection are plain pages.
 */
export class GeoMap extends HTMLElement {
  #board!: Board;
  #ruler!: Ruler;
  #document!: MapDocument;
  #state!: MapState;
  #listTimer = 0;
  #speakTimer = 0;
  #listAsked: AbortController | undefined;
  #choiceAsked: AbortController | undefined;
  #moved = false;
  /** Whether images of a background from elsewhere came; null before that is known. */
  #came: boolean | null = null;

  connectedCallback(): void {
    void this.#start().catch(() => this.#failed());
  }

  async #start(): Promise<void> {
    this.#document = await load();
    const canvas = this.#one(".map-canvas");
    canvas.replaceChildren();
    this.#state = read(location.search, {
      center: [Number(this.dataset["lon"]), Number(this.dataset["lat"])],
      zoom: Number(this.dataset["zoom"]),
      layers: null,
      selected: null,
      theme: "light",
    });
    if (!this.#document.background && this.#state.theme === "elsewhere") this.#state = { ...this.#state, theme: "light" };
    this.#board = new Board(canvas, this.#document, this.#state, (came) => this.#backed(came));
    this.#ruler = new Ruler(this.#board.map);
    this.#enable(canvas);
    this.#listen(canvas);
    this.#apply();
    this.#board.mark(this.querySelector<HTMLElement>("[data-outline]")?.dataset["outline"] ?? null);
    this.#board.map.once("rendercomplete", () => this.setAttribute("ready", ""));
    // Now, and not at the next frame: the first tiles are asked for that much sooner.
    this.#board.map.renderSync();
  }

  #one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  /** The canvas becomes something to steer. */
  #enable(canvas: HTMLElement): void {
    canvas.tabIndex = 0;
    canvas.role = "application";
    canvas.ariaLabel = this.#one(".map-area").ariaLabel;
    canvas.setAttribute("aria-describedby", "map-keys");
  }

  #listen(canvas: HTMLElement): void {
    const { map } = this.#board;
    map.on("moveend", () => this.#rested());
    map.on("singleclick", (event) => void this.#chooseAt(event.pixel));
    map.on("pointerdrag", () => (this.#moved = true));
    canvas.addEventListener("keydown", (event) => this.#key(event, canvas));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("change", () => this.#changed());
    const ruler = this.#one<HTMLDetailsElement>("details.ruler");
    ruler.addEventListener("toggle", () => this.#rule(ruler.open));
    addEventListener("popstate", () => location.reload());
  }

  #key(event: KeyboardEvent, canvas: HTMLElement): void {
    if (event.target !== canvas) return;
    const wanted = command(event);
    if (!wanted) return;
    event.preventDefault();
    this.#moved = true;
    if (wanted.do === "pan") this.#board.pan(wanted.right, wanted.down);
    if (wanted.do === "zoom") this.#board.zoomBy(wanted.steps);
    if (wanted.do === "choose") void this.#chooseAt(this.#board.middle);
    if (wanted.do === "close" && this.#ruler.on) this.#one<HTMLDetailsElement>("details.ruler").open = false;
    else if (wanted.do === "close") this.#close();
  }

  #clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("button");
    if (!button) return;
    if (button.dataset["show"]) this.#tab(button.dataset["show"]);
    if (button.classList.contains("show")) void this.#fromList(button.closest<HTMLElement>("[data-key]"));
    const actions: Record<string, () => void> = {
      in: () => this.#board.zoomBy(1),
      out: () => this.#board.zoomBy(-1),
      locate: () => this.#locate(),
      close: () => this.#close(),
      share: () => void this.#share(),
      print: () => print(),
      undo: () => this.#ruled(() => this.#ruler.undo()),
      clear: () => this.#ruled(() => this.#ruler.clear()),
    };
    this.#moved = true;
    actions[button.dataset["do"] ?? ""]?.();
  }

  /** A layer, the theme or the voice was switched. */
  #changed(): void {
    const boxes = [...this.querySelectorAll<HTMLInputElement>("input[name=layer]")];
    const layers = boxes.filter((box) => box.checked).map((box) => box.value);
    const theme = this.#one<HTMLInputElement>("input[name=theme]:checked").value as Theme;
    this.#state = { ...this.#state, layers, theme };
    this.#apply();
    this.#rested();
  }

  #apply(): void {
    const own = this.#document.layers.filter((it) => it.group === "thema" && it.on).map((it) => it.id);
    this.#board.show(this.#state.layers ?? own);
    this.#board.theme = this.#state.theme;
    this.toggleAttribute("contrast", this.#state.theme === "contrast");
    this.#credit();
  }

  /** Images of the background from elsewhere came, or did not: then our own map is what one sees. */
  #backed(came: boolean): void {
    this.#came = came;
    this.#credit();
    this.#explain();
    if (!came) this.#speak(this.#one(".map-trouble").textContent ?? "");
  }

  /** Whose background it is, or that it does not come. */
  #credit(): void {
    const chosen = this.#state.theme === "elsewhere";
    const shown = { ".map-trouble": chosen && this.#came === false, ".source-elsewhere": chosen && this.#came === true };
    for (const [part, visible] of Object.entries(shown))
      this.querySelector<HTMLElement>(part)?.toggleAttribute("hidden", !visible);
  }

  #tab(view: string): void {
    this.dataset["view"] = view;
    for (const tab of this.querySelectorAll<HTMLElement>("[data-show]"))
      tab.ariaPressed = String(tab.dataset["show"] === view);
    if (view === "map") this.#board.map.updateSize();
  }

  /** The map came to rest: address, scale and legend now, list and voice in a moment. */
  #rested(): void {
    this.#state = { ...this.#state, center: this.#board.center, zoom: this.#board.zoom };
    history.replaceState(null, "", write(this.#state));
    this.#one(".map-printed").textContent = location.href;
    this.#measure();
    this.#explain();
    this.#one(".map-list").ariaBusy = "true"; // until it tells the same as the map again
    clearTimeout(this.#listTimer);
    this.#listTimer = window.setTimeout(() => void this.#refresh(), LIST_PAUSE_MS);
  }

  #measure(): void {
    const { text, pixels } = scale(this.#board.metresPerPixel, SCALE_ROOM);
    this.#one(".scale-text").textContent = text;
    this.#one(".scale-bar").style.width = `${Math.round(pixels)}px`;
  }

  /** The legend lists only layers that are on and in view. */
  #explain(): void {
    const on = new Set(this.#state.layers ?? this.dataset["layers"]?.split(","));
    const over = this.#state.theme === "elsewhere" && this.#came === true;
    for (const layer of this.#document.layers) {
      const group = this.querySelector<HTMLElement>(`[data-legend="${CSS.escape(layer.id)}"]`);
      const visible = layer.group === "basis" ? !over : on.has(layer.id);
      if (group) group.hidden = !visible || this.#board.zoom - 1 < layer.minzoom;
    }
  }

  async #refresh(): Promise<void> {
    this.#listAsked?.abort();
    this.#listAsked = new AbortController();
    const query = new URLSearchParams(write(this.#state));
    query.set("part", "list");
    query.set("bbox", this.#board.box.map((edge) => edge.toFixed(6)).join(","));
    const list = this.#one(".map-list");
    let focused: string | undefined;
    try {
      const response = await fetch(`${this.getAttribute("page")}?${query}`, { signal: this.#listAsked.signal });
      if (!response.ok) throw new Error(response.statusText);
      const fresh = await response.text();
      focused = list.querySelector(":focus")?.closest<HTMLElement>("[data-key]")?.dataset["key"];
      list.innerHTML = fresh;
      list.ariaBusy = null;
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      list.ariaBusy = null;
      this.#speak(say("list_failed"));
      return;
    }
    const told = list.firstElementChild as HTMLElement | null;
    // Whoever chose in the list goes on there, also when that moved the map.
    if (focused) list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"] .show`)?.focus();
    this.#one(".count").textContent = told?.dataset["total"] ?? "0";
    this.#highlight();
    if (this.#moved) this.#tell(told?.dataset["total"] ?? "0", told?.dataset["place"] ?? "");
  }

  /** Place, number of things and scale, once, a while after the map came to rest. */
  #tell(n: string, place: string): void {
    clearTimeout(this.#speakTimer);
    const [lon, lat] = this.#state.center;
    const somewhere = place || say("at", { lat: lat.toFixed(4), lon: lon.toFixed(4) });
    const text = say("moved", { place: somewhere, n, scale: this.#one(".scale-text").textContent ?? "" });
    this.#speakTimer = window.setTimeout(() => {
      if (this.#one<HTMLInputElement>("input[name=spoken]").checked) this.#speak(text);
    }, SPEAK_PAUSE_MS - LIST_PAUSE_MS);
  }

  #speak(text: string): void {
    this.#one(":scope > [role=status]").textContent = text;
  }

  /** Measuring goes on as long as its panel is open. */
  #rule(on: boolean): void {
    this.#ruler.on = on;
    this.toggleAttribute("measuring", on);
    this.#ruled(() => this.#ruler.clear());
  }

  /** Change the points, and say what is measured then. */
  #ruled(act: () => void): void {
    act();
    const { count: n, metres, squareMetres } = this.#ruler;
    const language = document.documentElement.lang;
    const told = { n: String(n), length: length(metres, language), area: area(squareMetres, language) };
    const said = n === 0 ? "measured_none" : n === 1 ? "measured_point" : n === 2 ? "measured_length" : "measured_area";
    const text = say(said, told);
    this.#one(".measured").textContent = text;
    if (this.#ruler.on) this.#speak(text);
  }

  async #chooseAt(pixel: number[]): Promise<void> {
    if (this.#ruler.on) {
      this.#ruled(() => this.#ruler.add(this.#board.map.getCoordinateFromPixel(pixel)));
      return;
    }
    const thing = this.#board.at(pixel);
    if (!thing) {
      this.#close();
      this.#speak(say("nothing_here"));
      return;
    }
    await this.#choose(`${thing.layer}/${thing.id}`);
  }

  async #fromList(item: HTMLElement | null): Promise<void> {
    const key = item?.dataset["key"];
    if (!item || !key) return;
    const [lon, lat] = [Number(item.dataset["lon"]), Number(item.dataset["lat"])];
    await this.#choose(key);
    if (this.dataset["view"] === "list" && matchMedia("(max-width: 62rem)").matches) this.#tab("map");
    if (!this.#board.sees(lon, lat)) this.#board.go(lon, lat);
  }

  async #choose(key: string): Promise<void> {
    const query = new URLSearchParams({ part: "choice", sel: key });
    this.#choiceAsked?.abort();
    this.#choiceAsked = new AbortController();
    let page: string;
    try {
      const response = await fetch(`${this.getAttribute("page")}?${query}`, { signal: this.#choiceAsked.signal });
      if (!response.ok) throw new Error(response.statusText);
      page = await response.text();
    } catch (error) {
      if ((error as Error).name !== "AbortError") this.#speak(say("choice_failed"));
      return;
    }
    const sheet = this.#one(".map-choice");
    this.#one(".chosen").innerHTML = page;
    sheet.hidden = false;
    const told = this.#one(".choice");
    this.#board.mark(told.dataset["outline"] ?? null);
    this.#state = { ...this.#state, selected: key };
    history.replaceState(null, "", write(this.#state));
    this.#highlight();
    this.#speak(say("selected", { title: told.dataset["title"] ?? "" }));
  }

  #close(): void {
    this.#choiceAsked?.abort();
    const sheet = this.#one(".map-choice");
    if (sheet.hidden) return;
    const inside = sheet.contains(document.activeElement);
    sheet.hidden = true;
    this.#one(".chosen").replaceChildren();
    this.#board.mark(null);
    this.#state = { ...this.#state, selected: null };
    history.replaceState(null, "", write(this.#state));
    this.#highlight();
    this.#speak(say("closed"));
    if (inside) this.#one(".map-canvas").focus();
  }

  #highlight(): void {
    for (const item of this.querySelectorAll<HTMLElement>(".map-list [data-key]"))
      item.toggleAttribute("data-chosen", item.dataset["key"] === this.#state.selected);
  }

  #locate(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.#board.locate(coords.longitude, coords.latitude);
        this.#speak(say("you_are_here"));
      },
      () => this.#speak(say("no_location")),
      { timeout: 10_000 },
    );
  }

  async #share(): Promise<void> {
    await navigator.clipboard.writeText(location.href);
    this.#speak(say("copied"));
  }

  #failed(): void {
    this.setAttribute("failed", "");
    const note = document.createElement("p");
    note.className = "map-note";
    note.textContent = say("failed");
    this.#one(".map-canvas").replaceChildren(note);
  }
}

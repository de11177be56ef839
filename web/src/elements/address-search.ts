import { say } from "../sentences.ts";
import { answer } from "./combobox.ts";

const PAUSE_MS = 200;
const MIN_LENGTH = 2;

/**
 * Makes an editable combobox of the search input inside it. The suggestions are a fragment of the
 * search page itself (`?q=…&part=list`): list items with `role="option"` and `data-href`.
 */
export class AddressSearch extends HTMLElement {
  #input!: HTMLInputElement;
  #list = document.createElement("ul");
  #status = document.createElement("span");
  #active = -1;
  #timer = 0;
  #asked: AbortController | undefined;

  connectedCallback(): void {
    const input = this.querySelector("input");
    if (!input) return;
    this.#input = input;
    this.#build();
    input.addEventListener("input", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#clicked(event));
  }

  #build(): void {
    this.#list.id = `${this.#input.id}-suggestions`;
    this.#list.className = "suggestions";
    this.#list.role = "listbox";
    this.#list.ariaLabel = this.getAttribute("list-label");
    this.#list.hidden = true;
    this.#status.role = "status";
    this.#status.className = "visually-hidden";
    this.append(this.#list, this.#status);
    this.#input.role = "combobox";
    this.#input.ariaAutoComplete = "list";
    this.#input.ariaExpanded = "false";
    this.#input.setAttribute("aria-controls", this.#list.id);
  }

  get #options(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (this.#input.value.trim().length < MIN_LENGTH) {
      this.#list.replaceChildren();
      this.#close();
      return;
    }
    this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  async #ask(mark = -1): Promise<void> {
    this.#asked = new AbortController();
    const form = this.closest("form");
    const query = new URLSearchParams({ q: this.#input.value, part: "list" });
    try {
      const response = await fetch(`${form?.action ?? "/zoek"}?${query}`, { signal: this.#asked.signal });
      if (!response.ok) throw new Error(response.statusText);
      this.#list.innerHTML = await response.text();
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      this.#list.replaceChildren();
    }
    this.#open(mark);
  }

  #open(mark: number): void {
    const count = this.#options.length;
    this.#list.hidden = count === 0;
    this.#input.ariaExpanded = String(count > 0);
    this.#mark(count > 0 ? mark : -1);
    const key = count === 0 ? "no_results" : count === 1 ? "result" : "results";
    this.#status.textContent = say(key, { n: count });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort(); // an answer that is under way would open it again
    this.#list.hidden = true;
    this.#input.ariaExpanded = "false";
    this.#mark(-1);
  }

  #mark(index: number): void {
    this.#active = index;
    this.#options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.#options[index];
    if (option) {
      this.#input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const state = { open: !this.#list.hidden, count: this.#options.length, active: this.#active };
    const { action, active, handled } = answer(event.key, state);
    if (handled) event.preventDefault();
    if (action === "move") this.#mark(active);
    if (action === "open") this.#reopen(active);
    if (action === "pick") this.#go(this.#options[active]);
    if (action === "close" || action === "leave") this.#close();
    if (action === "clear") this.#input.value = "";
  }

  #reopen(mark: number): void {
    if (this.#options.length > 0) this.#open(mark);
    else if (this.#input.value.trim().length >= MIN_LENGTH) void this.#ask(0);
  }

  #clicked(event: Event): void {
    this.#go((event.target as Element).closest<HTMLElement>("[role=option]") ?? undefined);
  }

  #go(option: HTMLElement | undefined): void {
    const href = option?.dataset["href"];
    if (!href) return;
    this.#close();
    // On the page that follows, its heading takes the focus (src/page.ts).
    sessionStorage.setItem("found", href);
    location.assign(href);
  }
}

/**
 * Warns two minutes before a session ends, and lets one stay with one press.
 *
 * Nothing on the page is touched: whoever is timed out signs in in another tab and comes back, and
 * the forms of this page then get the mark of the new session, with all that was typed in them.
 */

import { say } from "../sentences.ts";
import { latest, stage, wait } from "./session.ts";

const STORED = "session-until";

interface Answer {
  signed_in: boolean;
  seconds?: number;
  last?: boolean;
  form_token?: string;
}

export class SessionTimer extends HTMLElement {
  #until = 0;
  #last = false;
  #warned = false;
  #told = false;
  #timer = 0;
  #dialog: HTMLDialogElement | undefined;

  connectedCallback(): void {
    this.#heard(Number(this.getAttribute("seconds")), this.hasAttribute("last"));
    addEventListener("focus", this.#look);
    document.addEventListener("visibilitychange", this.#look);
    this.#look();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    removeEventListener("focus", this.#look);
    document.removeEventListener("visibilitychange", this.#look);
  }

  #heard(seconds: number, last: boolean): void {
    this.#until = Date.now() + seconds * 1000;
    this.#last = last;
    this.#warned = this.#told = false;
    localStorage.setItem(STORED, String(this.#until));
  }

  readonly #look = (): void => {
    clearTimeout(this.#timer);
    this.#until = latest(this.#until, localStorage.getItem(STORED));
    const now = Date.now();
    const at = stage(now, this.#until);
    if (at === "quiet") this.#close();
    else if (at === "over") void this.#ended();
    else if (!this.#warned) this.#warn();
    this.#timer = window.setTimeout(this.#look, wait(now, this.#until));
  };

  #warn(): void {
    this.#warned = true;
    const stay = button(say("session_stay"), "btn", () => void this.#ask());
    const close = button(say("session_close"), "btn secondary", () => this.#close());
    this.#open(say("session_title"), say(this.#last ? "session_last" : "session_text"), this.#last ? [close] : [stay, close]);
  }

  /** It is over by the clock; where somebody signed in again meanwhile it goes on. */
  async #ended(): Promise<void> {
    if (document.hidden) return;
    if ((await this.#ask()) || this.#told) return;
    this.#told = true;
    const link = document.createElement("a");
    link.className = "btn";
    link.href = this.getAttribute("sign-in") ?? "";
    link.target = "_blank";
    link.textContent = say("session_sign_in");
    this.#open(say("session_over"), say("session_over_text"), [link, button(say("session_close"), "btn secondary", () => this.#close())]);
  }

  /** Stay signed in: any request does that. Whether one is. */
  async #ask(): Promise<boolean> {
    let heard: Answer;
    try {
      const answer = await fetch(this.getAttribute("address") ?? "", { headers: { accept: "application/json" } });
      heard = (await answer.json()) as Answer;
    } catch {
      return false;
    }
    if (!heard.signed_in || heard.seconds === undefined) return false;
    this.#heard(heard.seconds, heard.last ?? false);
    for (const field of document.querySelectorAll<HTMLInputElement>("input[name=form_token]")) {
      field.value = heard.form_token ?? field.value;
    }
    this.#close();
    this.#look();
    return true;
  }

  #open(title: string, text: string, deeds: HTMLElement[]): void {
    this.#close();
    const dialog = document.createElement("dialog");
    dialog.className = "session-dialog";
    dialog.setAttribute("role", "alertdialog");
    dialog.setAttribute("aria-labelledby", "session-title");
    dialog.setAttribute("aria-describedby", "session-text");
    const heading = document.createElement("h2");
    heading.id = "session-title";
    heading.textContent = title;
    const words = document.createElement("p");
    words.id = "session-text";
    words.textContent = text;
    const row = document.createElement("p");
    row.className = "buttons";
    row.append(...deeds);
    dialog.append(heading, words, row);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    this.#dialog = dialog;
    dialog.showModal();
  }

  #close(): void {
    this.#dialog?.close();
    this.#dialog = undefined;
  }
}

function button(text: string, look: string, deed: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = text;
  made.addEventListener("click", deed);
  return made;
}

/** Copies the text of its `<code>`, and says so. */

import { say } from "../sentences.ts";

export class CopyText extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button")?.addEventListener("click", () => void this.#copy());
  }

  async #copy(): Promise<void> {
    const text = this.querySelector("code")?.textContent ?? "";
    const said = this.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(text);
      if (said) said.textContent = say("text_copied");
    } catch {
      // No permission, or no https: the text is selected, ready for Ctrl+C.
      const code = this.querySelector("code");
      if (code) getSelection()?.selectAllChildren(code);
      if (said) said.textContent = say("text_selected");
    }
  }
}

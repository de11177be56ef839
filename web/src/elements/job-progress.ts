/** How far a job is: asked every other second, until it has ended and the page is shown anew. */
export class JobProgress extends HTMLElement {
  #timer = 0;
  /** Questions left, ten minutes of them: who walked away is signed out in time. */
  #left = 300;

  connectedCallback(): void {
    if (this.dataset.status) this.#later();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #later(): void {
    this.#timer = window.setTimeout(() => void this.#ask(), 2000);
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset.status ?? "", {
        headers: { accept: "application/json" },
      });
      if (answer.ok) this.#show((await answer.json()) as { status: string; progress?: number });
    } catch {
      // The next time may go better.
    }
    if (this.isConnected && --this.#left > 0) this.#later();
  }

  #show(job: { status: string; progress?: number }): void {
    if (!["accepted", "running"].includes(job.status)) {
      location.reload();
      return;
    }
    const bar = this.querySelector("progress");
    const text = this.querySelector("output");
    if (bar) bar.value = job.progress ?? 0;
    if (text) text.textContent = `${job.progress ?? 0} %`;
  }
}

/**
 * Tells whether a server of images answers, as the map moves about: that it does with the first image
 * of a round, that it does not when each one of a round has failed. A round ends when nothing is
 * under way; a server that says nothing at all leaves things as they were.
 */
export class Rounds {
  readonly #tell: (came: boolean) => void;
  #open = 0;
  #some = false;
  #told: boolean | null = null;

  constructor(tell: (came: boolean) => void) {
    this.#tell = tell;
  }

  asked(): void {
    if (this.#open === 0) this.#some = false;
    this.#open += 1;
  }

  came(): void {
    this.#open -= 1;
    this.#some = true;
    this.#say(true);
  }

  failed(): void {
    this.#open -= 1;
    if (this.#open === 0 && !this.#some) this.#say(false);
  }

  #say(came: boolean): void {
    if (this.#told === came) return;
    this.#told = came;
    this.#tell(came);
  }
}

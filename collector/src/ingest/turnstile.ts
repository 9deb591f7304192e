/** Lets one piece of work through at a time, in the order in which they came. */
export class Turnstile {
  private tail: Promise<void> = Promise.resolve();

  /** Resolves when it is this one's turn, to the function that lets the next one in; it must be called. */
  async enter(): Promise<() => void> {
    const before = this.tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.tail = promise;
    await before;
    return resolve;
  }
}

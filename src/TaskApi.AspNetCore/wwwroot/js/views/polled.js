// A view that is read again every few seconds, and soon after something has happened.

const EVERY = 5000;
const SOON = 500;
// Where much happens, reading takes at most a fifth of the time.
const REST = 4;

export class PolledView {
  #timer = 0;
  #isSoon = false;
  #isClosed = false;
  #reading = false;
  #isAgain = false;
  #took = 0;

  /** @param {import('../api.js').Api} api @param {Object} parts @param {{body: HTMLElement, tools: HTMLElement, fail: (error: Error|null) => void}} frame @param {Object} query */
  constructor(api, parts, frame, query) {
    [this.api, this.parts, this.frame, this.query] = [api, parts, frame, query];
  }

  /** Reads, and shows what it has read. */
  async load() {
    // What is being read may be older than what has just been done.
    this.#isAgain = this.#reading;
    if (this.#reading || this.#isClosed) return;
    this.#reading = true;
    clearTimeout(this.#timer);
    this.#isSoon = false;
    const begun = performance.now();
    try {
      const shown = await this.read();
      if (this.#isClosed) return;
      this.frame.fail(null);
      this.#replace(shown);
    } catch (error) {
      if (!this.#isClosed) this.frame.fail(error);
    } finally {
      this.#reading = false;
      this.#took = performance.now() - begun;
    }
    if (this.#isAgain) await this.load();
    else if (!this.#isClosed && !this.#isSoon) this.#timer = setTimeout(() => this.load(), EVERY);
  }

  /** Something has happened to a task. */
  happened(kind) {
    if (this.#isSoon || kind === 'progress') return;
    this.#isSoon = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), Math.max(SOON, REST * this.#took));
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  // What somebody is at isn't taken away under their hands.
  #replace(shown) {
    const { body } = this.frame;
    const held = body.contains(document.activeElement) ? document.activeElement : null;
    if (held?.matches('input, select, textarea')) return;
    const place = held ? [...body.querySelectorAll('a, button')].indexOf(held) : -1;
    body.replaceChildren(...shown);
    if (place >= 0) body.querySelectorAll('a, button')[place]?.focus();
  }
}

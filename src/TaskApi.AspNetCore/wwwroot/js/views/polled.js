// A view that is read again every few seconds, and soon after something has happened.

import { byId } from '../dom.js';

const EVERY = 5000;
const SOON = 500;
// Where much happens, reading takes at most a fifth of the time.
const REST = 4;
const HOLDS_FOCUS = 'a, button, [tabindex]';

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
      // What is being pressed is let go of first: on another element it would be no click. And what asks a question gets the focus back.
      if (this.frame.body.matches(':active')) this.#readSoon();
      else if (!document.querySelector('dialog[open]:not(#task)')) this.#replace(shown);
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
    if (!this.#isSoon && kind !== 'progress') this.#readSoon();
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #readSoon() {
    this.#isSoon = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), Math.max(SOON, REST * this.#took));
  }

  // What somebody is at isn't taken away under their hands.
  #replace(shown) {
    const { body } = this.frame;
    const held = body.contains(document.activeElement) ? document.activeElement : null;
    if (held?.matches('input, select, textarea')) return;
    const find = held && counterpart(held, body);
    body.replaceChildren(...shown);
    find?.()?.focus();
  }
}

// What takes the place of an element when everything is made anew: in the row of the same name, whichever that is by then, what has the same text,
// or else what is where it was.
function counterpart(held, body) {
  const row = rowOf(held, body);
  const inRow = () => [...body.querySelectorAll(HOLDS_FOCUS)].filter((other) => rowOf(other, body) === row);
  const before = inRow();
  const place = before.indexOf(held);
  if (place < 0) return null;
  const isLike = (other) => other.textContent === held.textContent;
  const nth = before.slice(0, place).filter(isLike).length;
  return () => {
    const after = inRow();
    return after.filter(isLike)[nth] ?? after[place];
  };
}

// The names of all that an element is in.
function rowOf(place, body) {
  const names = [];
  for (let at = place; at && at !== body; at = at.parentElement) names.push(at.getAttribute('aria-label') ?? (at.matches('tr') ? at.querySelector('th')?.textContent ?? '' : ''));
  return JSON.stringify(names.filter(Boolean));
}

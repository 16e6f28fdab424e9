// What was asked of the service and what it answered, the latest first.

import { announce, byId, element } from './dom.js';
import { copy } from './curl.js';
import { timeOfDay } from './format.js';

const MOST = 40;
const MOST_LINES = 200;
// What is left free below an answer, in pixels.
const BELOW = 12;

/** One exchange with the service; lines can be added as they come. */
export class Answer {
  #root;
  #state;
  #lines;
  #curl;
  // Where the column was scrolled to for it; null: nobody asked for that.
  #followed = null;

  /** @param {string} title @param {string} [line] the same for a terminal */
  constructor(title, line) {
    const list = byId('answers');
    this.#state = element('span.answer-state', { text: 'asked' });
    this.#lines = element('ol.answer-lines');
    const head = element('div.answer-head', {}, element('strong', { text: title }), this.#state, element('time', { text: timeOfDay(Date.now()) }));
    this.#root = element('li.answer', { 'data-state': 'asked' }, head, this.#lines);
    if (line) this.curl(line);
    list.prepend(this.#root);
    while (list.children.length > MOST) list.lastElementChild.remove();
    byId('answers-empty').hidden = true;
  }

  /** Adds a line. @param {string} text @param {string} [kind] good, bad or quiet */
  line(text, kind = '') {
    this.#lines.append(element('li', { text, 'data-kind': kind }));
    while (this.#lines.children.length > MOST_LINES) this.#lines.firstElementChild.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
    this.#follow();
  }

  /** Brings it into sight, where the column scrolls by itself, and so what is added to it until somebody scrolls away. */
  reveal() {
    this.#followed = this.#column.scrollTop;
    this.#follow();
  }

  /** Brings it into sight, once, even if it is the page that has to scroll. */
  revealOnPage() {
    if (this.#column.scrollHeight <= this.#column.clientHeight) this.#root.scrollIntoView({ block: 'center' });
  }

  /** It went well. */
  done(text, state = 'done') {
    this.#finish(state, 'good', text);
  }

  /** It didn't. */
  failed(text, state = 'refused') {
    this.#finish(state, 'bad', text);
  }

  /** Adds the line for a terminal, and the means to copy it. */
  curl(line) {
    const button = element('button.quiet.small', { type: 'button', text: 'Copy as curl', onclick: () => copy(button, line) });
    const shown = element('code', { text: line, tabindex: '0', 'aria-label': 'curl line' });
    this.#curl?.remove();
    this.#curl = element('details.answer-curl', {}, element('summary', { text: 'curl' }), shown, button);
    this.#root.append(this.#curl);
    this.#follow();
  }

  /** Adds buttons. @param {...HTMLElement} buttons @returns {HTMLElement} what to remove again */
  ask(...buttons) {
    const asked = element('div.answer-ask', {}, ...buttons);
    this.#lines.after(asked);
    this.#follow();
    return asked;
  }

  get #column() {
    return this.#root.closest('.side');
  }

  #follow() {
    // Further down are those of before.
    if (this.#followed === null || this.#root !== this.#root.parentElement?.firstElementChild || this.#column.scrollTop !== this.#followed) return;
    const [answer, column] = [this.#root.getBoundingClientRect(), this.#column.getBoundingClientRect()];
    this.#column.scrollTop += Math.min(Math.max(answer.bottom + BELOW - column.bottom, 0), answer.top - column.top);
    this.#followed = this.#column.scrollTop;
  }

  #finish(state, kind, text) {
    this.#root.dataset.state = kind;
    this.#state.textContent = state;
    if (text) this.line(text, kind);
    announce(`${this.#root.querySelector('strong').textContent}: ${state}. ${text ?? ''}`.slice(0, 300));
  }
}

/** Does what an answer is about, and shows a refusal in it. @returns what 'act' returns, or null */
export async function answering(answer, act) {
  answer.reveal();
  try {
    return await act(answer);
  } catch (error) {
    answer.failed(error.message, error.status ? String(error.status) : 'failed');
    return null;
  }
}

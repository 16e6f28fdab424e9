// Says whether the page hears of what happens, and why not.

import { announce, byId, setText } from './dom.js';

const TEXTS = { waiting: 'Reconnecting', locked: 'API key needed' };

export class Connection {
  #button = byId('connection');

  /** @param {() => void} pressed the viewer wants it to be tried again */
  constructor(pressed) {
    this.#button.addEventListener('click', pressed);
  }

  /** @param {'live'|'connecting'|'waiting'|'locked'} state @param {string} sentence why */
  show(state, sentence) {
    const before = this.#button.dataset.state;
    if (before === 'waiting' && state === 'connecting') return;
    this.#button.dataset.state = state;
    setText(byId('connection-text'), TEXTS[state] ?? sentence);
    this.#button.title = titleOf(state, sentence);
    if (before !== state) announce(state === 'waiting' ? `Connection lost: ${sentence}` : TEXTS[state] ?? state);
  }
}

function titleOf(state, sentence) {
  if (state === 'waiting') return `${sentence} Retrying automatically; click to retry now.`;
  return state === 'locked' ? 'The service requires an API key; click to enter one.' : 'The event stream is open.';
}

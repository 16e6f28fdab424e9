// Asks for an API key when the service wants one. It is kept until the tab is closed, and nowhere else.

import { byId, setText } from './dom.js';

export class KeyPrompt {
  #dialog = byId('key');
  #answer = () => {};

  constructor() {
    const form = byId('key-form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#close(form.elements.key.value.trim());
    });
    byId('key-refuse').addEventListener('click', () => this.#close(null));
    this.#dialog.addEventListener('cancel', () => this.#answer(null));
  }

  /** @param {string} sentence why the last key was refused; empty the first time @returns {Promise<string|null>} null: no key is given */
  ask(sentence) {
    byId('key-form').reset();
    setText(byId('key-problem'), sentence);
    if (!this.#dialog.open) this.#dialog.showModal();
    return new Promise((resolve) => { this.#answer = resolve; });
  }

  #close(key) {
    this.#dialog.close();
    this.#answer(key || null);
  }
}

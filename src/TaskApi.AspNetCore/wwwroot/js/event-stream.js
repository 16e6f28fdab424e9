// GET /tasks/events, for as long as the page is open: comes back by itself, and goes on where it broke off.

import { readEvents } from './sse.js';

const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
// The service sends a heartbeat every 15 s: silence for longer means that the connection is dead.
const SILENCE = 40_000;

export class EventStream {
  #api;
  #handlers;
  #lastId = '';
  #failures = 0;
  #wake = () => {};

  /**
   * @param {import('./api.js').Api} api
   * @param {{event: (kind: string, task: Object) => void, missed: () => void, state: (state: string, sentence: string) => void}} handlers
   *   missed: events are lost, so what is shown has to be read again; state: live, connecting, waiting
   */
  constructor(api, handlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  /** Never returns. */
  async run() {
    for (;;) {
      const watch = new AbortController();
      try {
        this.#handlers.state('connecting', 'Connecting');
        await this.#read(watch);
        this.#failures = 0;
        this.#handlers.state('waiting', 'The service closed the connection');
      } catch (error) {
        this.#failures++;
        this.#handlers.state('waiting', watch.signal.aborted ? 'The connection went silent' : error.message);
      } finally {
        watch.abort();
      }
      await this.#pause();
    }
  }

  /** Connects at once, if it is waiting to. */
  retry() {
    this.#wake();
  }

  async #read(watch) {
    const headers = { Accept: 'text/event-stream' };
    if (this.#lastId) headers['Last-Event-ID'] = this.#lastId;
    let timer = setTimeout(() => watch.abort(), SILENCE);
    try {
      const response = await this.#api.open('GET', 'tasks/events', { headers, signal: watch.signal });
      this.#handlers.state('live', 'Live');
      this.#failures = 0;
      // Without a number to go on from, whatever happened before this connection is unknown.
      if (!this.#lastId) this.#handlers.missed();
      const events = readEvents(response, () => {
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(), SILENCE);
      });
      for await (const event of events) {
        if (event.id) this.#lastId = event.id;
        // The stream begins with a number and no event.
        if (event.data === null) continue;
        if (event.event === 'gap') this.#handlers.missed();
        else this.#handlers.event(event.event, JSON.parse(event.data));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #pause() {
    const longest = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#failures);
    // Spread, so that a restart isn't followed by everyone at once.
    const pause = longest * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

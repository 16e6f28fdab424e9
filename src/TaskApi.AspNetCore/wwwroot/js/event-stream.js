// GET /tasks/events, for as long as it is wanted: comes back by itself, and goes on where it broke off.

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
   * @param {{event: (kind: string, task: Object, id: string) => void, missed: (id: string) => void, seen: (id: string) => void, state: (state: string, sentence: string) => void}} handlers
   *   missed: events are lost, so what is shown has to be read again; seen: a number alone; state: live, connecting, waiting, or locked: a key is needed
   */
  constructor(api, handlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  /** Reads until it is told to end. @param {AbortSignal} end @param {string} lastId the event after which to go on; empty: what happens next */
  async run(end, lastId) {
    this.#lastId = lastId;
    while (!end.aborted) {
      const watch = new AbortController();
      const signal = AbortSignal.any([watch.signal, end]);
      try {
        this.#handlers.state('connecting', 'Connecting');
        await this.#read(watch, signal, end);
        this.#failures = 0;
        this.#wait(end, 'The service closed the connection');
      } catch (error) {
        this.#failures++;
        if (error.status === 401 && !end.aborted) this.#handlers.state('locked', 'API key needed');
        else this.#wait(end, watch.signal.aborted ? 'The connection went silent' : error.message);
      } finally {
        watch.abort();
      }
      // Nothing is gained by asking again with the same key, or none.
      if (this.#api.lacksKey && !end.aborted) await this.#api.mayCall();
      else if (!end.aborted) await this.#pause(end);
    }
  }

  /** Connects at once, if it is waiting to. */
  retry() {
    this.#wake();
  }

  async #read(watch, signal, end) {
    const headers = { Accept: 'text/event-stream' };
    if (this.#lastId) headers['Last-Event-ID'] = this.#lastId;
    let timer = setTimeout(() => watch.abort(), SILENCE);
    try {
      const response = await this.#api.open('GET', 'tasks/events', { headers, signal, background: true });
      if (end.aborted) return;
      this.#handlers.state('live', 'Live');
      this.#failures = 0;
      // Without a number to go on from, whatever happened before this connection is unknown.
      if (!this.#lastId) this.#handlers.missed('');
      const events = readEvents(response, () => {
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(), SILENCE);
      });
      for await (const event of events) {
        if (event.id) this.#lastId = event.id;
        // The stream begins with a number and no event.
        if (event.data === null) this.#handlers.seen(event.id);
        else if (event.event === 'gap') this.#handlers.missed(event.id);
        else this.#tell(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  // What goes wrong with one is no reason to lose those that come after it, and is not to be taken for a broken connection.
  #tell(event) {
    try {
      this.#handlers.event(event.event, JSON.parse(event.data), event.id);
    } catch (error) {
      reportError(error);
    }
  }

  #wait(end, sentence) {
    if (!end.aborted) this.#handlers.state('waiting', sentence);
  }

  #pause(end) {
    const longest = Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** this.#failures);
    // Spread, so that a restart isn't followed by everyone at once.
    const pause = longest * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        end.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, pause);
      end.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}

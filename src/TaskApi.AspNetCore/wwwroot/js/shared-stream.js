// One event stream for all tabs of this service and key: over HTTP/1.1 a browser has six connections to a host, and six tabs
// with a stream each would leave none for anything else. One tab, which has the lock, reads and tells the others; when it is
// closed, the next one goes on after the last event that it has heard of.

import { EventStream } from './event-stream.js';

export class SharedStream {
  #api;
  #handlers;
  #channel = null;
  #stream = null;
  #lastId = '';
  #isFollowing = false;

  /** @param {import('./api.js').Api} api @param {Object} handlers event, missed and state of an EventStream, without numbers */
  constructor(api, handlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  /** Never returns. */
  async run() {
    for (;;) {
      // There are no locks on a page that came over plain HTTP from another machine.
      if (navigator.locks) await this.#share();
      else await this.#readWhileVisible();
    }
  }

  /** Connects at once, if it is waiting to. */
  retry() {
    if (this.#stream) this.#stream.retry();
    else this.#channel?.postMessage({ retry: true });
  }

  // Until this tab has another key: others may see other tasks.
  async #share() {
    const name = `taskapi.events ${this.#api.scope} ${await digest(this.#api.key)}`;
    const channel = this.#channel = new BroadcastChannel(name);
    const over = this.#api.keyChange();
    this.#lastId = '';
    this.#isFollowing = false;
    channel.onmessage = ({ data }) => this.#hear(data);
    channel.postMessage({ hello: true });
    try {
      await navigator.locks.request(name, { signal: over }, () => this.#lead(channel, over));
    } catch (error) {
      if (!over.aborted) throw error;
    } finally {
      channel.close();
    }
  }

  async #lead(channel, over) {
    let state = null;
    const tell = (message) => {
      this.#take(message);
      channel.postMessage(message);
    };
    channel.onmessage = ({ data }) => {
      if (data.retry) this.retry();
      else if (data.hello && state) channel.postMessage({ ...state, id: this.#lastId });
    };
    this.#stream = this.#open({
      event: (kind, task, id) => tell({ event: [kind, task, id] }),
      missed: (id) => tell({ missed: true, id }),
      seen: (id) => tell({ id }),
      state: (...told) => {
        state = { state: told };
        tell(state);
      },
    });
    try {
      await this.#stream.run(over, this.#lastId);
    } finally {
      this.#stream = null;
    }
  }

  // What the tab with the lock tells the others.
  #hear(message) {
    this.#take(message);
    // What happened before it was heard of is in the lists alone.
    if (message.state?.[0] !== 'live' || this.#isFollowing) return;
    this.#isFollowing = true;
    this.#handlers.missed();
  }

  #take({ event, missed, state, id }) {
    this.#lastId = event?.[2] || id || this.#lastId;
    if (event) this.#handlers.event(event[0], event[1]);
    if (missed) this.#handlers.missed();
    if (state) this.#handlers.state(...state);
  }

  // Nobody looks at a hidden tab: it leaves its connection to the others.
  async #readWhileVisible() {
    if (document.hidden) await visibilityChange();
    const hidden = new AbortController();
    visibilityChange().then(() => hidden.abort());
    const keep = (id) => { this.#lastId = id || this.#lastId; };
    this.#stream = this.#open({
      event: (kind, task, id) => {
        keep(id);
        this.#handlers.event(kind, task);
      },
      missed: (id) => {
        keep(id);
        this.#handlers.missed();
      },
      seen: keep,
      state: (...told) => this.#handlers.state(...told),
    });
    await this.#stream.run(hidden.signal, this.#lastId);
  }

  #open(handlers) {
    return new EventStream(this.#api, handlers);
  }
}

function visibilityChange() {
  return new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}

async function digest(key) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key ?? ''));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

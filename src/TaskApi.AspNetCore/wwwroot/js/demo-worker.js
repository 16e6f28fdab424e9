// A worker in the page, for the examples. Its coroutines only wait, but it takes, renews and tells as any worker does.

// Held for a moment only: a browser opens six connections to one host, and other examples may run beside.
const HELD_SECONDS = 1;

/** Waits. @param {number} seconds @param {AbortSignal} [signal] ends it with an error */
export const sleep = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

export class DemoWorker {
  #api;
  #queue;
  #room;
  #coroutine;
  #leases = new Map();
  #running = new Set();
  #stopped = new AbortController();

  /**
   * @param {import('./api.js').Api} api
   * @param {string} queue what it takes tasks from
   * @param {number} room how many it runs at once
   * @param {(task: Object, signal: AbortSignal) => Promise<any>} coroutine what it runs; the signal tells of a cancel
   */
  constructor(api, queue, room, coroutine) {
    this.#api = api;
    this.#queue = queue;
    this.#room = room;
    this.#coroutine = coroutine;
  }

  /** Begins to take tasks. */
  start() {
    this.#again(() => this.#take());
    this.#again(() => this.#renew());
  }

  /** Takes no more, and gives back what it still runs. */
  async stop() {
    this.#stopped.abort();
    for (const lease of this.#leases.values()) lease.abort.abort();
    await Promise.all(this.#running);
  }

  async #again(step) {
    while (!this.#stopped.signal.aborted) {
      // The service may be out of reach for a while.
      await step().catch(() => sleep(1));
    }
  }

  async #take() {
    const max = this.#room - this.#running.size;
    if (max === 0) {
      await Promise.race(this.#running);
      return;
    }

    const { tasks } = await this.#call('work/acquire', { worker: this.#name, queues: [this.#queue], max, waitSeconds: HELD_SECONDS });
    for (const task of tasks) {
      const run = this.#run(task).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  // One call renews all leases, and is held until somebody cancels one.
  async #renew() {
    if (this.#leases.size === 0) {
      await sleep(0.1);
      return;
    }

    const leases = [...this.#leases].map(([token, { isTold }]) => ({ token, cancelSeen: isTold }));
    const { cancel, lost } = await this.#call('work/heartbeat', { worker: this.#name, leases, waitSeconds: HELD_SECONDS });
    for (const { token } of [...cancel, ...lost]) {
      const lease = this.#leases.get(token);
      if (!lease) continue;
      lease.isTold = true;
      lease.abort.abort();
    }
  }

  async #run(task) {
    const { token } = task.lease;
    const lease = { abort: new AbortController(), isTold: false };
    this.#leases.set(token, lease);
    const outcome = await this.#outcome(task, lease.abort.signal);
    this.#leases.delete(token);
    // If it doesn't get through, the lease ends by itself.
    await this.#api.call('POST', 'work/finish', { body: { outcomes: [{ token, ...outcome }] }, background: true }).catch(() => {});
  }

  async #outcome(task, signal) {
    try {
      return { result: await this.#coroutine(task, signal) };
    } catch (error) {
      if (!signal.aborted) return { error: { reason: error.name, detail: error.message } };
      return this.#stopped.signal.aborted ? { release: {} } : { cancelled: true };
    }
  }

  #call(path, body) {
    return this.#api.call('POST', path, { body, signal: this.#stopped.signal, background: true });
  }

  get #name() {
    return `page-${this.#queue}`;
  }
}

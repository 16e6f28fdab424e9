// Figures over the last five minutes: counts from GET /tasks/stats once a second, lateness from the events themselves.

import { latenessOf } from './format.js';

export const SECONDS = 300;
const EVERY = 1000;
const STARTS = 1000;
const SAMPLES_PER_SECOND = 2000;

export class Stats {
  #api;
  #late = [];
  #last = null;

  /** One element a second, the newest last. */
  created = [];
  completed = [];
  p50 = [];
  p99 = [];

  /** How long the last tasks that started waited for their turn, in ms. */
  waits = [];

  /** The latest answer of the service, or null. */
  current = null;
  error = '';

  constructor(api) {
    this.#api = api;
  }

  /** Takes in a completion. */
  observe(task) {
    if (this.#late.length < SAMPLES_PER_SECOND) this.#late.push(1000 * latenessOf(task));
  }

  /** Takes in a start: the first one tells how long the task waited. */
  observeStart(task) {
    if (task.attempt !== 1 || task.dueAt === null) return;
    this.waits.push(Math.max(0, Date.parse(task.startedAt) - Date.parse(task.dueAt)));
    if (this.waits.length > STARTS) this.waits.shift();
  }

  /** Never returns. @param {() => void} changed */
  async run(changed) {
    for (;;) {
      const begun = performance.now();
      try {
        this.#sample(await this.#api.call('GET', 'tasks/stats', { background: true }), performance.now());
        this.error = '';
      } catch (error) {
        // Without a key it is the list that says so.
        this.error = error.status === 401 ? '' : error.message;
        this.#last = null;
      }
      changed();
      await this.#api.mayCall();
      await new Promise((resolve) => setTimeout(resolve, Math.max(200, EVERY - (performance.now() - begun))));
    }
  }

  #sample(stats, at) {
    const last = this.#last;
    this.current = stats;
    this.#last = { stats, at };
    // Counts begin again when the service does.
    const comparable = last !== null && stats.uptimeSeconds >= last.stats.uptimeSeconds;
    const rate = (count) => (comparable ? Math.max(0, (stats[count] - last.stats[count]) / ((at - last.at) / 1000)) : null);
    add(this.created, rate('created'));
    add(this.completed, rate('completed'));
    const late = this.#late.sort((a, b) => a - b);
    add(this.p50, percentile(late, 0.5));
    add(this.p99, percentile(late, 0.99));
    this.#late = [];
  }
}

function add(series, value) {
  series.push(value);
  if (series.length > SECONDS) series.shift();
}

function percentile(sorted, share) {
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

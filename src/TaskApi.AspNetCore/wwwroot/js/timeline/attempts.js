// What is known of attempts that have ended. Events tell of them; for tasks in sight whose attempts weren't heard of the service is asked, one after the other.

import { reasonOf } from '../format.js';
import { endedCount, endedOf, segmentsOf } from './segments.js';

const MOST_TASKS = 2000;
// So many the service keeps, the one that runs included.
const MOST_ATTEMPTS = 20;
const PAUSE = 100;
const PAUSE_AFTER_FAILURE = 5000;
const NOTHING = { attempts: [], asked: 0 };

export class Attempts {
  #api;
  #changed;
  // By task. Asked: how many attempts had ended when the service was asked.
  #known = new Map();
  #segments = new WeakMap();
  #wanted = [];
  #isAsking = false;

  /** @param {import('../api.js').Api} api @param {() => void} changed more is known than before */
  constructor(api, changed) {
    [this.#api, this.#changed] = [api, changed];
  }

  /** What a task's bar is made of. @param {Object} task @returns {import('./segments.js').Segment[]} */
  segmentsOf(task) {
    const { attempts } = this.#of(task);
    let made = this.#segments.get(task);
    if (made?.of !== attempts) this.#segments.set(task, made = { of: attempts, segments: segmentsOf(task, attempts) });
    return made.segments;
  }

  /** Takes in an event. @param {string} kind @param {Object} task @param {number} now */
  happened(kind, task, now) {
    // Without an error it was lost or given back, which the event doesn't say.
    if (kind !== 'retrying' || !task.error || endedCount(task) === 0) return;
    const { attempts, asked } = this.#of(task);
    const from = Date.parse(task.startedAt);
    const ended = { number: task.attempt, from, until: Math.max(from, Math.min(now, Date.parse(task.dueAt))), outcome: 'failed', error: reasonOf(task) };
    this.#keep(task.id, { attempts: [...attempts.filter(({ number }) => number < ended.number), ended].slice(-MOST_ATTEMPTS), asked });
  }

  /** These are looked at. @param {Object[]} tasks */
  look(tasks) {
    this.#wanted = tasks.filter((task) => this.#isMissing(task));
    if (this.#wanted.length > 0 && !this.#isAsking) this.#ask();
  }

  async #ask() {
    this.#isAsking = true;
    while (this.#wanted.length > 0) {
      const pause = await this.#askFor(this.#wanted.shift());
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#isAsking = false;
  }

  async #askFor(task) {
    try {
      const { attempts } = await this.#api.call('GET', `tasks/${task.id}/attempts`, { background: true });
      const ended = attempts.filter(({ endedAt }) => endedAt !== null).map((attempt) => endedOf(attempt, task.type));
      this.#keep(task.id, { attempts: ended, asked: endedCount(task) });
      this.#changed();
      return PAUSE;
    } catch (error) {
      if (error.status !== 404) return PAUSE_AFTER_FAILURE;
      // It has been forgotten meanwhile.
      this.#keep(task.id, { ...this.#of(task), asked: endedCount(task) });
      return PAUSE;
    }
  }

  #isMissing(task) {
    const count = endedCount(task);
    const { attempts, asked } = this.#of(task);
    if (count <= asked) return false;
    return attempts.at(-1)?.number !== count || attempts.length < Math.min(count, MOST_ATTEMPTS - 1);
  }

  #of(task) {
    return this.#known.get(task.id) ?? NOTHING;
  }

  #keep(id, known) {
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size > MOST_TASKS) this.#known.delete(this.#known.keys().next().value);
  }
}

// Runs failed tasks again, one by one: the service's rerun of many knows types, and not errors. Remembers what has been run again
// here, so that nothing is twice.

const TRIES = 6;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 10_000;
// There is none to run again any more: forgotten, or somebody else was quicker.
const GONE = [404, 409];

export class Reruns {
  #api;
  #made = new Set();
  #gone = new Set();
  // One whose answer was lost is asked for with the same key, and created once.
  #keys = new Map();
  #problems = new Map();
  #busy = new Set();

  /** @param {import('../api.js').Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** Those that haven't been run again here. @param {Object[]} tasks */
  left(tasks) {
    return tasks.filter(({ id }) => !this.#made.has(id) && !this.#gone.has(id));
  }

  /** Whether those of this name are being run again. @param {string} name */
  isBusy(name) {
    return this.#busy.has(name);
  }

  /** What has come of it; empty where nobody has asked for it. @param {string} name @param {Object[]} tasks */
  summary(name, tasks) {
    const [made, gone] = [this.#made, this.#gone].map((ids) => tasks.filter(({ id }) => ids.has(id)).length);
    const problem = this.#problems.get(name);
    if (made + gone === 0 && !problem) return '';
    return `${made} of ${tasks.length} run again${gone > 0 ? `, ${gone} no longer there` : ''}${problem ? `. ${problem.message}` : ''}`;
  }

  /** @param {string} name what they are called together @param {Object[]} tasks @returns {Promise<Error|null>} what it has stopped at */
  async run(name, tasks) {
    this.#busy.add(name);
    this.#problems.delete(name);
    try {
      for (const { id } of this.left(tasks)) await this.#one(id);
      return null;
    } catch (error) {
      this.#problems.set(name, error);
      return error;
    } finally {
      this.#busy.delete(name);
    }
  }

  async #one(id) {
    if (!this.#keys.has(id)) this.#keys.set(id, newKey());
    for (let tries = 1; ; tries++) {
      try {
        await this.#api.call('POST', `tasks/${id}/rerun`, { headers: { 'Idempotency-Key': this.#keys.get(id) } });
        this.#made.add(id);
        return;
      } catch (error) {
        if (GONE.includes(error.status)) {
          this.#gone.add(id);
          return;
        }
        if (!error.mayPass || tries === TRIES) throw error;
        const pause = error.retryAfter ? 1000 * error.retryAfter : FIRST_PAUSE * 2 ** (tries - 1);
        await new Promise((resolve) => setTimeout(resolve, Math.min(pause, LONGEST_PAUSE)));
      }
    }
  }
}

// Without crypto.randomUUID, which a page that came over plain HTTP hasn't got.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// Fills the page of tasks: by the list when it is opened, filtered or turned, and by the event stream from then on.

import { NO_FILTER, queryOf } from './filter.js';
import { PAGE_SIZE } from './task-page.js';

// A text is looked for in so many pages of the service at a time, each of 10,000 tasks or more, or until so many are found.
const MOST_PAGES = 20;
const ENOUGH = 200;
// What is sorted by due time is read again so long after something has happened, in ms.
const AGAIN = 3000;
/** What stands in place of the list where a key is needed. */
export const KEY_NEEDED = 'An API key is needed to see the tasks.';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class Feed {
  #api;
  #page;
  #changed;
  #filter = { ...NO_FILTER };
  #cursors = [null];
  #next = null;
  #loading = null;
  #error = '';
  #mayPass = false;
  #refillAt = 0;
  #again = 0;

  /**
   * @param {import('./api.js').Api} api @param {import('./task-page.js').TaskPage} page
   * @param {(state: {error: string, busy: boolean}) => void} changed
   */
  constructor(api, page, changed) {
    this.#api = api;
    this.#page = page;
    this.#changed = changed;
  }

  get filter() {
    return this.#filter;
  }

  /** The filter as the service's calls take it. */
  get query() {
    return queryOf(this.#filter);
  }

  get hasOlder() {
    return this.#next !== null || this.#page.hasDropped;
  }

  /** True if the list isn't what it should be: the last call for it failed. */
  get hasFailed() {
    return this.#error !== '';
  }

  /** True if it failed by what may have passed by now. */
  get isWorthRetrying() {
    return this.hasFailed && this.#mayPass;
  }

  get pageNumber() {
    return this.#cursors.length;
  }

  /** What is to be shown from the next reading on. @param {import('./filter.js').Filter} filter @returns {boolean} whether that is something else */
  adopt(filter) {
    if (Object.keys(filter).every((name) => filter[name] === this.#filter[name])) return false;
    this.#filter = filter;
    this.#cursors = [null];
    return true;
  }

  async older() {
    // New tasks have moved the end of the first page since it was read.
    if (this.#page.isNewest) await this.reload();
    if (this.#next === null) return;
    this.#cursors.push(this.#next);
    await this.reload();
  }

  async newer() {
    if (this.#cursors.length > 1) this.#cursors.pop();
    await this.reload();
  }

  /** Reads what is shown again. */
  async reload() {
    this.#loading?.abort();
    const loading = this.#loading = new AbortController();
    const before = this.#cursors.at(-1);
    this.#page.beginLoad();
    this.#tell('', true);
    try {
      const [list, found] = await Promise.all([this.#list(before, loading.signal), this.#find(before, loading.signal)]);
      if (loading.signal.aborted) return;
      this.#next = list.nextCursor;
      this.#page.load([...list.tasks, ...found], this.#filter, before);
      await this.#lookFurther(loading.signal);
      this.#tell('', false);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.#mayPass = error.mayPass === true;
      this.#tell(error.status === 401 ? KEY_NEEDED : error.message, false);
    }
  }

  // The text is in few tasks: older pages are looked through, too.
  async #lookFurther(signal) {
    for (let pages = 1; this.#filter.text && this.#next !== null && pages < MOST_PAGES && this.#page.length < ENOUGH; pages++) {
      this.#tell('', true);
      const list = await this.#list(this.#next, signal);
      this.#next = list.nextCursor;
      this.#page.append(list.tasks);
    }
  }

  #tell(error, busy) {
    this.#error = error;
    this.#changed({ error, busy });
  }

  /** Takes in an event. */
  apply(task) {
    this.#page.apply(task);
    if (this.#filter.sort) this.#readAgain();
    // Tasks that stop matching leave room, for older ones that match.
    if (this.#next !== null && this.#page.isNewest && this.#page.length < PAGE_SIZE / 4 && Date.now() > this.#refillAt) this.#refill();
  }

  // Where tasks stand among the others by their due times, the service knows.
  #readAgain() {
    if (this.#again !== 0) return;
    this.#again = setTimeout(() => {
      this.#again = 0;
      if (this.#filter.sort && this.#cursors.length === 1) this.reload();
    }, AGAIN);
  }

  async #refill() {
    this.#refillAt = Date.now() + 2000;
    try {
      const list = await this.#list(this.#next, this.#loading?.signal);
      if (this.#loading?.signal.aborted) return;
      this.#next = list.nextCursor;
      this.#page.append(list.tasks);
      this.#tell('', false);
    } catch {
      // The next event tries again; what is shown stays true.
    }
  }

  #list(cursor, signal) {
    return this.#api.call('GET', 'tasks', { query: { ...this.query, limit: PAGE_SIZE, cursor }, signal, background: true });
  }

  // The service finds by their index what is further away than what is looked through: tasks of exactly this name, or id.
  async #find(before, signal) {
    const { text } = this.#filter;
    if (!text || before !== null) return [];
    if (ID.test(text)) return this.#api.call('GET', `tasks/${text.toLowerCase()}`, { signal, background: true }).then((task) => [task], () => []);
    if (text.length > 128) return [];
    const list = await this.#api.call('GET', 'tasks', { query: { ...this.query, q: '', limit: 100, name: text }, signal, background: true });
    return list.tasks;
  }
}

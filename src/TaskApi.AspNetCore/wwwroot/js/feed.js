// Fills the page of tasks: by the list when it is opened, filtered or turned, and by the event stream from then on.

import { PAGE_SIZE } from './task-page.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class Feed {
  #api;
  #page;
  #changed;
  #filter = { status: '', group: '', text: '' };
  #cursors = [null];
  #next = null;
  #loading = null;
  #refillAt = 0;

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

  get hasOlder() {
    return this.#next !== null || this.#page.hasDropped;
  }

  get pageNumber() {
    return this.#cursors.length;
  }

  /** Shows the newest tasks that match. */
  async show(filter) {
    this.#filter = { ...this.#filter, ...filter };
    this.#cursors = [null];
    await this.reload();
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
    this.#changed({ error: '', busy: true });
    try {
      const [list, found] = await Promise.all([this.#list(before, loading.signal), this.#find(before, loading.signal)]);
      if (loading.signal.aborted) return;
      this.#next = list.nextCursor;
      this.#page.load([...list.tasks, ...found], this.#filter, before);
      this.#changed({ error: '', busy: false });
    } catch (error) {
      if (!loading.signal.aborted) this.#changed({ error: error.message, busy: false });
    }
  }

  /** Takes in an event. */
  apply(task) {
    this.#page.apply(task);
    // Tasks that stop matching leave room, for older ones that match.
    if (this.#next !== null && this.#page.isNewest && this.#page.length < PAGE_SIZE / 4 && Date.now() > this.#refillAt) this.#refill();
  }

  async #refill() {
    this.#refillAt = Date.now() + 2000;
    try {
      const list = await this.#list(this.#next, this.#loading?.signal);
      if (this.#loading?.signal.aborted) return;
      this.#next = list.nextCursor;
      this.#page.append(list.tasks);
      this.#changed({ error: '', busy: false });
    } catch {
      // The next event tries again; what is shown stays true.
    }
  }

  #list(cursor, signal) {
    const { status, group } = this.#filter;
    return this.#api.call('GET', 'tasks', { query: { order: 'newest', limit: PAGE_SIZE, status, group, cursor }, signal });
  }

  // The search looks through the page; the service's index finds what is further away: tasks of exactly this name, or id.
  async #find(before, signal) {
    const { status, group, text } = this.#filter;
    if (!text || before !== null) return [];
    if (ID.test(text)) return this.#api.call('GET', `tasks/${text.toLowerCase()}`, { signal }).then((task) => [task], () => []);
    if (text.length > 128) return [];
    const list = await this.#api.call('GET', 'tasks', { query: { order: 'newest', limit: 100, status, group, name: text }, signal });
    return list.tasks;
  }
}

// The tasks that are shown: at most a page of them, newest first, kept up to date by events.

import { NO_FILTER, matches, mentions } from './filter.js';

export const PAGE_SIZE = 1000;

export class TaskPage {
  #tasks = new Map();
  // Ids sort in creation order. The oldest is first, because new ones are then appended.
  #ids = [];
  #arrived = new Map();
  #filter = { ...NO_FILTER };
  #touched = null;
  #before = null;
  #held = false;
  #dropped = false;

  /** True while this is the first page, to which new tasks come. */
  get isNewest() {
    return this.#before === null;
  }

  get length() {
    return this.#ids.length;
  }

  /** True if tasks have been left out because newer ones came. */
  get hasDropped() {
    return this.#dropped;
  }

  /** How many new tasks wait for the user to go back to the top. */
  get waiting() {
    return this.#arrived.size;
  }

  get filter() {
    return this.#filter;
  }

  /** What tasks have of a field: to be suggested. @param {(task: Object) => string|null} field @returns {string[]} sorted */
  valuesOf(field) {
    return [...new Set([...this.#tasks.values()].map(field))].filter(Boolean).sort();
  }

  /** The task at a row; 0 is the newest. */
  at(row) {
    return this.#tasks.get(this.#ids[this.#ids.length - 1 - row]);
  }

  get(id) {
    return this.#tasks.get(id);
  }

  /** The row of a task, or -1. */
  rowOf(id) {
    return this.#tasks.has(id) ? this.#ids.length - 1 - this.#find(id) : -1;
  }

  /** To be called before the page is asked for: what events say meanwhile is newer than the answer. */
  beginLoad() {
    this.#touched = new Map();
  }

  /**
   * Shows these tasks instead.
   * @param {Object[]} tasks @param {import('./filter.js').Filter} filter
   * @param {string|null} before the cursor that led here; null for the newest
   */
  load(tasks, filter, before) {
    [this.#filter, this.#before, this.#dropped] = [filter, before, false];
    this.#tasks.clear();
    this.#arrived.clear();
    for (const task of tasks) this.#tasks.set(task.id, task);
    for (const [id, task] of this.#touched ?? []) {
      if (this.#tasks.has(id) || (this.isNewest && !this.#isByDue)) this.#tasks.set(id, task);
    }
    for (const [id, task] of this.#tasks) {
      if (!(this.#touched?.has(id) ? this.#matches(task) : mentions(task, filter))) this.#tasks.delete(id);
    }
    this.#touched = null;
    this.#ids = this.#order();
    this.#trim();
  }

  /** Adds older tasks below those shown. */
  append(tasks) {
    for (const task of tasks) {
      if (!this.#tasks.has(task.id) && mentions(task, this.#filter)) this.#tasks.set(task.id, task);
    }
    this.#ids = this.#order();
    this.#trim();
  }

  /** Takes in what happened to a task. */
  apply(task) {
    this.#touched?.set(task.id, task);
    const known = this.#tasks.has(task.id);
    if (!this.#matches(task)) {
      this.#arrived.delete(task.id);
      if (known) this.#remove(task.id);
    } else if (known) {
      this.#tasks.set(task.id, task);
    } else if (this.isNewest && !this.#isByDue) {
      this.#add(task);
    }
  }

  /** Holds new tasks back, so that what is being looked at stays where it is; or lets them in. */
  hold(held) {
    this.#held = held;
    if (held) return;
    const arrived = [...this.#arrived.values()];
    this.#arrived.clear();
    for (const task of arrived) this.#add(task);
  }

  #add(task) {
    if (this.#held) {
      this.#arrived.set(task.id, task);
      if (this.#arrived.size > PAGE_SIZE) this.#dropOldestArrival();
      return;
    }
    const at = this.#find(task.id);
    if (at === 0 && this.#ids.length >= PAGE_SIZE) return;
    this.#tasks.set(task.id, task);
    if (at === this.#ids.length) this.#ids.push(task.id);
    else this.#ids.splice(at, 0, task.id);
    // A tenth at a time: to take one from the front of an array moves all others.
    if (this.#ids.length > PAGE_SIZE * 1.1) this.#trim();
  }

  #dropOldestArrival() {
    this.#arrived.delete(this.#arrived.keys().next().value);
    this.#dropped = true;
  }

  #remove(id) {
    this.#ids.splice(this.#find(id), 1);
    this.#tasks.delete(id);
  }

  #trim() {
    const left = this.#ids.splice(0, Math.max(0, this.#ids.length - PAGE_SIZE));
    for (const id of left) this.#tasks.delete(id);
    this.#dropped ||= left.length > 0;
  }

  // As the service sorts them, if by due time.
  get #isByDue() {
    return this.#filter.sort === 'due';
  }

  // The last row is first.
  #order() {
    const ids = [...this.#tasks.keys()];
    return this.#isByDue ? ids.reverse() : ids.sort();
  }

  // Where an id is, or would be.
  #find(id) {
    if (this.#isByDue) return this.#ids.indexOf(id);
    let [low, high] = [0, this.#ids.length];
    if (high > 0 && this.#ids[high - 1] < id) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ids[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #matches(task) {
    return matches(task, this.#filter);
  }
}

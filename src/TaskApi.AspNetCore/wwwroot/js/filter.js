// Which tasks are shown.

import { textOf } from './format.js';
import { rangeOf } from './times.js';

/**
 * @typedef {{status: string, group: string, type: string, queue: string, key: string, schedule: string, parent: string, text: string,
 *   created: string, createdAfter: string, createdBefore: string, sort: string}} Filter
 *   empty: any; created: 'hour' or 'today', or else two instants as RFC 3339 writes them;
 *   sort: 'due' for pending tasks, those due soonest first, and no text with it
 */

const MOST_TEXT = 256;

/** Every task. @type {Filter} */
export const NO_FILTER = { status: '', group: '', type: '', queue: '', key: '', schedule: '', parent: '', text: '', created: '', createdAfter: '', createdBefore: '', sort: '' };

/** What a task has that it is filtered by. */
const FIELDS = ['status', 'group', 'type', 'queue', 'key', 'schedule', 'parent'];

const valueOf = (task, field) => (field === 'schedule' ? task.schedule?.name : task[field]);

/** @param {Object} task @param {Filter} filter */
export function matches(task, filter) {
  return FIELDS.every((field) => !filter[field] || valueOf(task, field) === filter[field]) && isOfTime(task, filter) && mentions(task, filter);
}

// What the hour has gone by for stays until the list is read again.
function isOfTime({ createdAt }, { createdAfter, createdBefore }) {
  const at = Date.parse(createdAt);
  return !(at < Date.parse(createdAfter)) && !(at >= Date.parse(createdBefore));
}

/** The filter as the service takes it. @param {Filter} filter */
export function queryOf({ text, created, createdAfter, createdBefore, sort, ...query }) {
  const range = created ? rangeOf(created) : { createdAfter, createdBefore };
  return { ...query, ...range, ...(sort ? { sort } : { order: 'newest' }), q: [...text].slice(0, MOST_TEXT).join('') };
}

/** The filter that a URL's query has. @returns {Filter} */
export const filterOf = (query) => Object.fromEntries(Object.keys(NO_FILTER).map((name) => [name, query[name] ?? '']));

/** True if not every task is shown. */
export const isFiltering = (filter) => Object.values(filter).some(Boolean);

/** What is left to be looked at where the service has filtered: a message doesn't tell its parent. */
export function mentions(task, filter) {
  const text = filter.text.toLowerCase();
  return !text || task.id === text || textOf(task).toLowerCase().includes(text) || (task.name ?? '').toLowerCase().includes(text);
}

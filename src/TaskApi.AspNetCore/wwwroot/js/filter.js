// Which tasks are shown.

import { textOf } from './format.js';

/**
 * @typedef {{status: string, group: string, type: string, queue: string, key: string, schedule: string, parent: string, text: string}} Filter
 *   empty: any
 */

const MOST_TEXT = 256;

/** Every task. @type {Filter} */
export const NO_FILTER = { status: '', group: '', type: '', queue: '', key: '', schedule: '', parent: '', text: '' };

/** What a task has that it is filtered by. */
const FIELDS = Object.keys(NO_FILTER).filter((name) => name !== 'text');

const valueOf = (task, field) => (field === 'schedule' ? task.schedule?.name : task[field]);

/** @param {Object} task @param {Filter} filter */
export function matches(task, filter) {
  return FIELDS.every((field) => !filter[field] || valueOf(task, field) === filter[field]) && mentions(task, filter);
}

/** The filter as the service takes it. @param {Filter} filter */
export function queryOf({ text, ...query }) {
  return { ...query, q: [...text].slice(0, MOST_TEXT).join('') };
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

// All tasks that match the filter, page by page.

import { mentions, queryOf } from '../filter.js';

const MOST_MATCHING = 50_000;
const PAGE = 1000;

/**
 * @param {import('../api.js').Api} api @param {import('../filter.js').Filter} filter
 * @param {(found: number) => void} progress @param {AbortSignal} signal
 * @returns {Promise<{tasks: Object[], isCut: boolean}>} the newest first
 */
export async function allMatching(api, filter, progress, signal) {
  const tasks = [];
  let cursor = null;
  do {
    const page = await api.call('GET', 'tasks', { query: { ...queryOf({ ...filter, sort: '' }), limit: PAGE, cursor }, signal });
    for (const task of page.tasks) {
      if (mentions(task, filter)) tasks.push(task);
    }
    cursor = page.nextCursor;
    progress(tasks.length);
  } while (cursor && tasks.length < MOST_MATCHING);
  return { tasks, isCut: cursor !== null };
}

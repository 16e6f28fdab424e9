// All tasks that match the filter, page by page.

import { mentions } from '../filter.js';

export const MOST_MATCHING = 50_000;
const PAGE = 1000;

/**
 * @param {import('../api.js').Api} api @param {import('../filter.js').Filter} filter
 * @param {(found: number, looked: number) => void} progress @param {AbortSignal} signal
 * @returns {Promise<{tasks: Object[], isCut: boolean}>} the newest first
 */
export async function allMatching(api, filter, progress, signal) {
  const { text, ...query } = filter;
  const tasks = [];
  let [cursor, looked] = [null, 0];
  do {
    const page = await api.call('GET', 'tasks', { query: { ...query, order: 'newest', limit: PAGE, cursor }, signal });
    looked += page.tasks.length;
    for (const task of page.tasks) {
      if (mentions(task, { text })) tasks.push(task);
    }
    cursor = page.nextCursor;
    progress(tasks.length, looked);
  } while (cursor && looked < MOST_MATCHING);
  return { tasks, isCut: cursor !== null };
}

// The failed tasks, by type and error.

export const MOST_FAILED = 5000;
const PAGE = 1000;

/**
 * @param {import('../api.js').Api} api @param {number} [since] only those that failed after this instant, in ms
 * @returns {Promise<{types: {type: string, total: number, errors: {reason: string, detail: string, tasks: Object[], last: Object}[]}[], isCut: boolean}>}
 *   the most frequent first
 */
export async function failures(api, since = 0) {
  const tasks = [];
  let cursor = null;
  do {
    const page = await api.call('GET', 'tasks', { query: { status: 'failed', order: 'newest', limit: PAGE, cursor }, background: true });
    tasks.push(...page.tasks);
    cursor = page.nextCursor;
  } while (cursor && tasks.length < MOST_FAILED);
  const recent = tasks.filter((task) => Date.parse(task.finishedAt) >= since);
  const types = [...Map.groupBy(recent, (task) => task.type ?? 'message')].map(([type, failed]) => ({ type, total: failed.length, errors: errorsOf(failed) }));
  return { types: types.sort((a, b) => b.total - a.total), isCut: cursor !== null };
}

function errorsOf(failed) {
  const groups = [...Map.groupBy(failed, (task) => task.error.reason)].map(([reason, tasks]) => {
    const last = tasks.reduce((a, b) => (a.finishedAt > b.finishedAt ? a : b));
    return { reason, detail: last.error.detail?.split('\n')[0] ?? '', tasks, last };
  });
  return groups.sort((a, b) => b.tasks.length - a.tasks.length);
}

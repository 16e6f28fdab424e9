// The attempts of a task: when each ran, where, and how it ended.

import { byId, element, setText } from '../dom.js';
import { duration, moment } from '../format.js';

/** @param {Object[]} attempts as the service lists them, the first one first @param {Object} [task] whose they are */
export function showAttempts(attempts, task) {
  byId('task-attempts-part').hidden = attempts.length === 0;
  setText(byId('task-attempts-count'), String(attempts.length));
  const table = byId('task-attempts-table');
  for (const body of table.querySelectorAll('tbody')) body.remove();
  table.append(...attempts.toReversed().map((attempt) => row(attempt, textOf(attempt, task))));
}

// What came of it; of a call of a URL, what was answered.
function textOf({ outcome, error }, task) {
  if (error) return error.reason === 'http-status' ? `answered ${error.detail}` : [error.reason, error.detail].filter(Boolean).join(': ');
  const answered = task?.type === 'http' && outcome === 'completed' ? (task.result?.status ?? null) : null;
  return answered === null ? '' : `answered ${JSON.stringify(answered)}`;
}

function row({ number, worker, startedAt, endedAt, outcome }, text) {
  const took = endedAt === null ? 'runs' : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const cells = [String(number), moment(startedAt), took, worker ?? '', outcome ?? ''].map((text) => element('td', { text }));
  const head = element('tr', { 'data-outcome': outcome ?? 'running' }, ...cells);
  if (!text) return element('tbody', {}, head);
  const trace = element('td', { colspan: '5' }, element('pre.trace', { text, tabindex: '0' }));
  return element('tbody', {}, head, element('tr', {}, trace));
}

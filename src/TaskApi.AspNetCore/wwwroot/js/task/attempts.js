// The attempts of a task: when each ran, where, and how it ended.

import { byId, element, setText } from '../dom.js';
import { duration, moment } from '../format.js';

/** @param {Object[]} attempts as the service lists them, the first one first */
export function showAttempts(attempts) {
  byId('task-attempts-part').hidden = attempts.length === 0;
  setText(byId('task-attempts-count'), String(attempts.length));
  const table = byId('task-attempts-table');
  for (const body of table.querySelectorAll('tbody')) body.remove();
  table.append(...attempts.toReversed().map(row));
}

function row({ number, worker, startedAt, endedAt, outcome, error }) {
  const took = endedAt === null ? 'runs' : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const cells = [String(number), moment(startedAt), took, worker ?? '', outcome ?? ''].map((text) => element('td', { text }));
  const head = element('tr', { 'data-outcome': outcome ?? 'running' }, ...cells);
  if (!error) return element('tbody', {}, head);
  const trace = element('td', { colspan: '5' }, element('pre.trace', { text: [error.reason, error.detail].filter(Boolean).join(': '), tabindex: '0' }));
  return element('tbody', {}, head, element('tr', {}, trace));
}

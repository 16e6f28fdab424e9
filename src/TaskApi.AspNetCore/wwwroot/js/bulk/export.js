// Tasks as a file: NDJSON, or CSV for a spreadsheet.

import { element } from '../dom.js';

const COLUMNS = ['id', 'status', 'type', 'name', 'group', 'queue', 'key', 'attempt', 'worker', 'createdAt', 'dueAt', 'startedAt', 'finishedAt', 'message', 'input', 'result'];

export const toNdjson = (tasks) => tasks.map((task) => `${JSON.stringify(task)}\n`).join('');

/** RFC 4180. What a spreadsheet would take for a formula is made text by an apostrophe. */
export function toCsv(tasks) {
  const rows = tasks.map((task) => [...COLUMNS.map((name) => task[name]), task.error?.reason, task.error?.detail]);
  return [[...COLUMNS, 'error', 'detail'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Gives the viewer a file. */
export function download(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function cell(value) {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// What the dialog shows of a task.

import { byId, element, setText } from '../dom.js';
import { duration, moment, progressOf, resultText } from '../format.js';

// What fits into a line stays in one.
const LINE = 60;

export class TaskView {
  #dialog = byId('task');

  show(task) {
    const isWork = task.type !== undefined;
    this.#dialog.dataset.status = task.status;
    setText(byId('task-title'), task.name ?? task.type ?? 'Task');
    setText(byId('task-status'), task.cancelRequested && !task.done ? 'asked to end' : task.status);
    setText(byId('task-message'), contentOf(task));
    byId('task-message').classList.toggle('json', isWork);
    showProgress(task);
    const fields = isWork ? workFields(task) : messageFields(task);
    const shown = fields.filter(([, value]) => (value ?? null) !== null);
    byId('task-fields').replaceChildren(...shown.flatMap(([name, value]) => [element('dt', { text: name }), element(isTrace(value) ? 'dd.trace' : 'dd', { text: value })]));
    byId('task-acts').hidden = task.done;
    // What runs can't be moved; what runs a coroutine has no message.
    byId('run-now').hidden = byId('reschedule').hidden = task.status !== 'pending';
    byId('another-message').hidden = isWork;
    byId('task-group').hidden = task.group === null;
    setText(byId('task-group'), `Cancel group ${task.group}`);
  }
}

const isTrace = (value) => value.includes('\n');

function pretty(value) {
  const line = JSON.stringify(value);
  return line.length > LINE ? JSON.stringify(value, null, 2) : line;
}

// The result once there is one; until then what the task was given.
function contentOf(task) {
  if (task.type === undefined) return task.result ?? task.message;
  if (task.status === 'completed') return task.result === undefined ? '…' : pretty(task.result);
  return task.input === undefined ? '…' : pretty(task.input);
}

function showProgress({ progress, status }) {
  const place = byId('task-progress');
  place.hidden = !progress || status !== 'running';
  if (place.hidden) return;
  const [bar, words] = place.children;
  // Without a total nobody knows how far it is.
  if (progress.total > 0) bar.value = progress.done / progress.total;
  else bar.removeAttribute('value');
  setText(words, [progressOf(progress), progress.note].filter(Boolean).join(', '));
}

function messageFields(task) {
  const late = task.status === 'completed' ? `, ${Date.parse(task.finishedAt) - Date.parse(task.dueAt)} ms late` : '';
  return [
    ['id', task.id],
    ['group', task.group],
    ['START', moment(task.createdAt)],
    ['due', dueOf(task)],
    ['END', task.done ? `${moment(task.finishedAt)}${late}` : null],
    ['error', errorOf(task)],
  ];
}

function workFields(task) {
  const took = task.startedAt === null ? '' : `, after ${duration((Date.parse(task.finishedAt) - Date.parse(task.startedAt)) / 1000)}`;
  return [
    ['id', task.id],
    ['type', task.type],
    ['queue', task.queue],
    ['group', task.group],
    ['input', task.status !== 'completed' || (task.input ?? null) === null ? null : resultText(task.input)],
    ['attempt', task.attempt === 0 ? null : attemptOf(task)],
    ['worker', task.worker],
    ['created', moment(task.createdAt)],
    ['due', dueOf(task)],
    ['START', task.startedAt === null ? null : moment(task.startedAt)],
    ['END', task.done ? `${moment(task.finishedAt)}${took}` : null],
    ['error', errorOf(task)],
  ];
}

const attemptOf = ({ attempt, retry }) => (retry.maxAttempts > 1 ? `${attempt}, of ${retry.maxAttempts}` : String(attempt));

const dueOf = (task) => `${moment(task.dueAt)} (delay: ${duration(task.delaySeconds)})`;

const errorOf = ({ error }) => (error ? [error.reason, error.detail].filter(Boolean).join(': ') : null);

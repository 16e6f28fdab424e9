// What is known of a task, line by line; what it shares with others leads to those.

import { element } from '../dom.js';
import { duration, lateText, moment, serviceOffset } from '../format.js';
import { link } from '../router.js';
import { zoneName } from '../zone.js';

/** @param {HTMLElement} list @param {Object} task */
export function showFacts(list, task) {
  const facts = (task.type === undefined ? messageFacts(task) : workFacts(task)).filter(([, value]) => (value ?? null) !== null);
  // A link that has the focus is not to be lost under it.
  const text = JSON.stringify(facts, (key, value) => (value instanceof Node ? value.textContent : value));
  if (list.dataset.shown === text) return;
  list.dataset.shown = text;
  list.replaceChildren(...facts.flatMap(([name, value]) => [element('dt', { text: name }), element('dd', {}, value)]));
}

const others = (field, value) => (value ? element('a', { href: link('tasks', { [field]: value }), text: value }) : null);

function messageFacts(task) {
  const late = task.status === 'completed' ? `, ${lateText(task)}` : '';
  const offset = serviceOffset(task);
  return [
    ['id', task.id],
    ['group', others('group', task.group)],
    ['START', moment(task.createdAt)],
    ['due', dueOf(task)],
    ['END', task.done ? `${moment(task.finishedAt)}${late}` : null],
    ['times', `${zoneName()}${offset === null ? '' : `; the result tells that of the service, UTC${offset}`}`],
    ...relatives(task),
  ];
}

function workFacts(task) {
  const took = task.startedAt === null ? '' : `, after ${duration((Date.parse(task.finishedAt) - Date.parse(task.startedAt)) / 1000)}`;
  return [
    ['id', task.id],
    ['type', others('type', task.type)],
    ['calls', task.type === 'http' && task.input ? `${task.input.method ?? 'POST'} ${task.input.url}` : null],
    ['queue', others('queue', task.queue)],
    ['key', others('key', task.key)],
    ['group', others('group', task.group)],
    ['priority', task.priority ? String(task.priority) : null],
    ['attempt', task.attempt === 0 ? null : attemptOf(task)],
    ['worker', task.worker],
    ['created', moment(task.createdAt)],
    ['due', task.dueAt === null ? null : dueOf(task)],
    ['START', task.startedAt === null ? null : moment(task.startedAt)],
    ['END', task.done ? `${moment(task.finishedAt)}${took}` : null],
    ['times', zoneName()],
    ['waits for', task.after ? `${task.after.left} of ${task.after.ids.length} tasks` : null],
    ['schedule', task.schedule ? element('a', { href: link('schedules', { name: task.schedule.name }), text: `${task.schedule.name}, of ${moment(task.schedule.at)}` }) : null],
    ...relatives(task),
  ];
}

const relatives = (task) => [
  ['parent', task.parent ? element('a', { href: link('tasks', { task: task.parent }), text: task.parent }) : null],
  ['children', element('a', { href: link('tasks', { parent: task.id }), text: 'tasks that it made, or that run it again' })],
];

const attemptOf = ({ attempt, retry }) => (retry?.maxAttempts > 1 ? `${attempt}, of ${retry.maxAttempts}` : String(attempt));

const dueOf = (task) => `${moment(task.dueAt)} (delay: ${duration(task.delaySeconds)})`;

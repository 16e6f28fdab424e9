// Creates a task, or a burst of them.

import { Answer } from '../answers.js';
import { curl, curlBurst, onCopy } from '../curl.js';
import { byId } from '../dom.js';
import { clearProblem, number, onSend, showProblem, text } from '../forms.js';
import { readWork } from './work.js';
import { count, plural, titleOf } from '../format.js';

const MOST = 1_000_000;
// As many as one batch may have, and as large as one may be.
const MOST_PER_CALL = 10_000;
const BYTES_PER_CALL = 12 << 20;

/** @param {import('../api.js').Api} api */
export function setUpCreate(api) {
  const form = byId('create');
  onSend(form, async () => {
    const { task, n, spread } = read(form);
    if (n > 1) await burst(api, task, n, spread);
    else await one(api, task);
    // The stream may show a task before its call is answered: who then presses again wants another one.
  }, () => !isBurst(form));
  onCopy('create', () => {
    clearProblem(form);
    try {
      const { task, n, spread } = read(form);
      return n > 1 ? curlBurst(api, task, n, spread) : curl(api, 'POST', 'tasks', { body: task });
    } catch (error) {
      showProblem(form, error);
      return null;
    }
  });
  for (const choice of form.elements.kind) choice.addEventListener('change', () => showKind(form));
  // A page that is loaded again may have kept the choice.
  showKind(form);
  form.elements.count.addEventListener('input', () => {
    byId('spread-field').hidden = !isBurst(form);
  });
}

function isBurst(form) {
  return Number(form.elements.count.value) > 1;
}

function showKind(form) {
  for (const part of form.querySelectorAll('[data-kind]')) part.hidden = part.dataset.kind !== form.elements.kind.value;
}

function read(form) {
  const what = form.elements.kind.value === 'work' ? readWork(form) : { message: form.elements.message.value };
  const task = {
    ...what, delaySeconds: number(form, 'delaySeconds'), name: text(form, 'name'), group: text(form, 'group'),
    timeoutSeconds: number(form, 'timeoutSeconds'),
  };
  return { task, n: Math.min(MOST, Math.floor(number(form, 'count') ?? 1)), spread: Math.max(0, number(form, 'spread') ?? 0) };
}

async function one(api, body) {
  const task = await api.call('POST', 'tasks', { body });
  new Answer('Created a task', curl(api, 'POST', 'tasks', { body })).done(`START: ${titleOf(task)}`, '202');
}

async function burst(api, task, n, spread) {
  const perCall = Math.max(1, Math.min(MOST_PER_CALL, Math.floor(BYTES_PER_CALL / (new Blob([JSON.stringify(task)]).size + 40))));
  const sent = performance.now();
  let created = 0;
  try {
    while (created < n) {
      const length = Math.min(perCall, n - created);
      const body = Array.from({ length }, (_, i) => later(task, ((created + i) * spread) / n));
      created += (await api.call('POST', 'tasks/batch', { body })).tasks.length;
    }
  } finally {
    const line = curlBurst(api, task, n, spread);
    const seconds = (performance.now() - sent) / 1000;
    if (created === n) new Answer(`Created ${plural(n, 'task')}`, line).done(`in ${seconds.toFixed(2)} s`, '202');
    else if (created > 0) new Answer(`Created ${count(created)} of ${plural(n, 'task')}`, line).failed('The rest were refused.');
  }
}

function later(task, by) {
  return by > 0 ? { ...task, delaySeconds: Math.round(((task.delaySeconds ?? 0) + by) * 1000) / 1000 } : task;
}

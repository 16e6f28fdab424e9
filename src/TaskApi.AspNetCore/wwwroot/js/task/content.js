// What a task was given, and what has become of it: readable, and to be copied.

import { copy } from '../curl.js';
import { byId, element, setText } from '../dom.js';
import { isPlain } from '../json.js';
import { jsonView } from '../json-view.js';

/** @param {Object} task */
export function showContent(task) {
  const isWork = task.type !== undefined;
  setText(byId('task-message-title'), isWork ? 'Input' : 'Message');
  showIn('message', isWork ? task.input : task.message, isWork, task.omitted?.includes('input') ?? false);
  const hasResult = task.status === 'completed' && (isWork || task.result !== null);
  byId('task-result-part').hidden = !hasResult;
  if (hasResult) showIn('result', task.result, isWork, task.omitted?.includes('result') ?? false);
  byId('task-error-part').hidden = !task.error;
  setText(byId('task-error'), task.error ? [task.error.reason, task.error.detail].filter(Boolean).join(': ') : '');
}

function showIn(part, value, isJson, isLeftOut) {
  const place = byId(`task-${part}`);
  const text = isJson ? JSON.stringify(value ?? null, null, 2) : value;
  if (place.dataset.shown === text && !isLeftOut) return;
  place.dataset.shown = text;
  place.classList.toggle('json', isJson);
  if (isLeftOut) place.replaceChildren('…');
  else place.replaceChildren(isJson && !isText(value) ? jsonView(value ?? null) : (isJson ? value : text));
  const button = element('button.small.quiet', { type: 'button', text: 'Copy', onclick: () => copy(button, isText(value) ? value : text, 'value') });
  byId(`task-${part}-tools`).replaceChildren(button);
}

const isText = (value) => isPlain(value) && typeof value === 'string' && value.includes('\n');

// What happens to the task that is shown, while it is shown.

import { byId, element, setText } from '../dom.js';
import { progressOf, reasonOf, timeOfDay } from '../format.js';

const MOST = 50;

export class TaskHistory {
  #list = byId('task-events');

  clear() {
    this.#list.replaceChildren();
    byId('task-events-part').hidden = true;
  }

  /** @param {string} kind the event's @param {Object} task as it was then @param {number} now by the service's clock */
  add(kind, task, now) {
    byId('task-events-part').hidden = false;
    const text = [kind, kind === 'progress' && task.progress ? [progressOf(task.progress), task.progress.note].filter(Boolean).join(', ') : '', task.error ? reasonOf(task) : ''].filter(Boolean).join(': ');
    const last = this.#list.firstElementChild;
    // Of what comes four times a second the latest is enough.
    if (kind === 'progress' && last?.dataset.kind === kind) {
      setText(last.lastElementChild, text);
      setText(last.firstElementChild, timeOfDay(now));
      return;
    }
    this.#list.prepend(element('li', { 'data-kind': kind }, element('time', { text: timeOfDay(now) }), element('span', { text })));
    while (this.#list.children.length > MOST) this.#list.lastElementChild.remove();
  }
}

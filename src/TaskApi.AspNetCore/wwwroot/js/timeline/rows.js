// The rows as elements, for hands, keys and screen readers. Only those in sight exist; they are used again for others.

import { element, setText } from '../dom.js';
import { brief, duration, lateText, moment, progressOf, reasonOf, resultText, textOf, titleOf } from '../format.js';
import { segmentTexts } from './segments.js';

// Of many attempts the last ones are told.
const MOST_SPOKEN = 9;

export class Rows {
  #layer;
  #slots = [];

  /** @param {HTMLElement} layer where the rows go */
  constructor(layer) {
    this.#layer = layer;
  }

  /**
   * Shows tasks.
   * @param {{task: Object, row: number, top: number}[]} visible
   * @param {{now: number, height: number, active: string|null, selected: Set<string>, segmentsOf: (task: Object) => Object[], refresh: boolean}} view
   *   refresh: also what depends on the time is to be written again
   * @returns {string} the id of the active row's element; empty if it is not in sight
   */
  show(visible, view) {
    while (this.#slots.length < visible.length) this.#slots.push(this.#add());
    let activeElement = '';
    this.#slots.forEach((slot, i) => {
      const shown = visible[i];
      slot.root.hidden = shown === undefined;
      if (shown === undefined) {
        slot.task = null;
        return;
      }

      place(slot, shown, view);
      if (slot.task !== shown.task || view.refresh) write(slot, shown.task, view);
      const isActive = shown.task.id === view.active;
      slot.root.classList.toggle('active', isActive);
      if (isActive) activeElement = slot.root.id;
      const selected = String(view.selected.has(shown.task.id));
      if (slot.selected !== selected) slot.root.setAttribute('aria-selected', slot.selected = selected);
    });
    return activeElement;
  }

  /** The task of a row's element, or of anything inside. */
  taskOf(target) {
    return this.#slots.find((slot) => slot.root.contains(target))?.task ?? null;
  }

  #add() {
    const cell = (name) => element(`div.${name}`, { role: 'gridcell' });
    const cells = { pick: cell('pick'), what: cell('what'), span: cell('span'), how: cell('how') };
    const title = element('span.title');
    const note = element('span.note');
    const group = element('span.group');
    const spoken = element('span.spoken');
    const status = element('span.status');
    const when = element('span.when');
    cells.pick.append(element('span.box', { 'aria-hidden': 'true' }), element('span.spoken', { text: 'Select' }));
    cells.what.append(element('span.line', {}, title, group), note);
    cells.span.append(spoken);
    cells.how.append(status, when);
    const root = element('div.row', { role: 'row', id: `row-${this.#slots.length}` }, cells.pick, cells.what, cells.span, cells.how);
    this.#layer.append(root);
    return { root, title, note, group, span: cells.span, spoken, status, when, task: null, top: null, row: null, selected: null };
  }
}

function place(slot, { row, top }, { height }) {
  if (slot.top !== top || slot.height !== height) {
    slot.root.style.transform = `translateY(${top}px)`;
    slot.root.style.height = `${height}px`;
    [slot.top, slot.height] = [top, height];
  }

  if (slot.row !== row) slot.root.setAttribute('aria-rowindex', String((slot.row = row) + 2));
}

function write(slot, task, { now, segmentsOf }) {
  // What the mouse was over is another task's.
  if (slot.task?.id !== task.id) slot.span.removeAttribute('title');
  slot.task = task;
  slot.root.dataset.status = task.status;
  setText(slot.title, titleOf(task));
  setText(slot.note, task.name === null ? noteOf(task) : textOf(task));
  setText(slot.group, task.group ?? '');
  setText(slot.status, task.status);
  setText(slot.when, whenOf(task, now));
  const ends = task.done ? `ended ${moment(task.finishedAt)}` : task.dueAt === null ? 'waits for other tasks' : `due ${moment(task.dueAt)}`;
  const parts = segmentTexts(segmentsOf(task), MOST_SPOKEN, now);
  setText(slot.spoken, [`started ${moment(task.createdAt)}, ${ends}`, ...parts].join('; '));
}

function noteOf(task) {
  if (task.error) return reasonOf(task);
  if ((task.result ?? null) === null) return '';
  // The result of a message begins with the time of the service's own zone, which would stand beside that of this page.
  return task.type === undefined ? lateText(task) : resultText(task.result);
}

function whenOf(task, now) {
  if (task.done) return brief(task.finishedAt, now);
  if (task.status === 'running') return task.cancelRequested ? 'ending' : task.progress ? progressOf(task.progress) : 'at work';
  if (task.dueAt === null) return `after ${task.after.left}`;
  const left = (Date.parse(task.dueAt) - now) / 1000;
  return left > 0 ? `in ${duration(left < 10 ? Math.ceil(left) : left).replace('.0 s', ' s')}` : 'due';
}

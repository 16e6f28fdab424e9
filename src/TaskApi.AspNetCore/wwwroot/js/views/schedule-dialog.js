// Makes or changes a schedule, with a preview of when it would occur.

import { parse } from '../actions/work.js';
import { byId, element, setText } from '../dom.js';
import { clearProblem, number, onSend, text as textOf } from '../forms.js';
import { parseExactly } from '../json.js';
import { nextTimes } from './next-times.js';

const TYPING = 300;
const FIELDS = ['cron', 'everySeconds', 'timeZone', 'startAt', 'endAt', 'jitterSeconds', 'missed', 'overlap'];
let current = null;

export class ScheduleDialog {
  #api;
  #changed;
  #form = byId('schedule-form');
  #dialog = byId('schedule-dialog');
  #etag = null;
  #isPaused = false;
  #timer = 0;

  /** @param {import('../api.js').Api} api @param {() => void} changed */
  constructor(api, changed) {
    [this.#api, this.#changed] = [api, changed];
    const isFirst = current === null;
    current = this;
    if (isFirst) setUp();
  }

  /** @param {string|null} name null: a new one */
  async open(name) {
    this.#form.reset();
    clearProblem(this.#form);
    const { elements } = this.#form;
    elements.name.readOnly = name !== null;
    setText(byId('schedule-title'), name === null ? 'New schedule' : `Schedule ${name}`);
    if (name !== null) await this.#fill(name);
    this.preview();
    this.#dialog.showModal();
  }

  async #fill(name) {
    const response = await this.#api.open('GET', `schedules/${encodeURIComponent(name)}`);
    const text = await response.text();
    const schedule = JSON.parse(text);
    [this.#etag, this.#isPaused] = [response.headers.get('ETag'), schedule.paused];
    const { elements } = this.#form;
    elements.name.value = name;
    for (const field of FIELDS) elements[field].value = schedule[field] ?? '';
    elements.task.value = JSON.stringify(given(parseExactly(text).task), null, 2);
  }

  /** What happens at this time, as soon as the typing has paused. */
  preview() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#preview(), TYPING);
  }

  async #preview() {
    const place = byId('schedule-preview');
    const [cron, timeZone] = [textOf(this.#form, 'cron'), textOf(this.#form, 'timeZone') ?? 'UTC'];
    if (cron === undefined) {
      place.replaceChildren();
      return;
    }

    try {
      const { nextAt } = await this.#api.call('GET', 'schedules/preview', { query: { cron, timeZone, count: 5 } });
      place.replaceChildren(nextTimes({ nextAt, timeZone }));
    } catch (error) {
      place.replaceChildren(element('p.error', { text: Object.values(error.errors ?? {}).flat().join(' ') || error.message }));
    }
  }

  async save() {
    const { elements } = this.#form;
    const values = FIELDS.map((field) => [field, elements[field].type === 'number' ? number(this.#form, field) : textOf(this.#form, field)]);
    const body = { ...Object.fromEntries(values), paused: this.#isPaused, task: parse(elements.task.value, 'task') };
    // Nobody else's change is overwritten, nor another schedule of this name.
    const headers = this.#etag === null ? { 'If-None-Match': '*' } : { 'If-Match': this.#etag };
    await this.#api.open('PUT', `schedules/${encodeURIComponent(elements.name.value)}`, { body, headers });
    this.#dialog.close();
    this.#changed();
  }
}

// What was given: what is null wasn't.
function given(task) {
  return Object.fromEntries(Object.entries(task).filter(([, value]) => value !== null));
}

function setUp() {
  const form = byId('schedule-form');
  onSend(form, () => current.save());
  for (const name of ['cron', 'timeZone']) form.elements[name].addEventListener('input', () => current.preview());
  byId('schedule-close').addEventListener('click', () => byId('schedule-dialog').close());
}

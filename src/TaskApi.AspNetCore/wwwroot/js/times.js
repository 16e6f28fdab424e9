// A span of time to filter by: the last hour, today, or from one instant to another.

import { byId, setText } from './dom.js';
import { minuteOf } from './format.js';
import { offsetAt } from './zone.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAMES = { hour: 'Last hour', today: 'Today' };

/** The instants between which something is of a span that has a name. @param {string} span @returns {{createdAfter: string}} */
export function rangeOf(span, now = Date.now()) {
  const local = now + offsetAt(now);
  return { createdAfter: new Date(span === 'today' ? instantOf(local - (local % DAY)) : now - HOUR).toISOString() };
}

// The instant at which the clock of the page's zone shows this, in ms of UTC fields.
function instantOf(local) {
  const near = local - offsetAt(local);
  return local - offsetAt(near);
}

/** Fields to choose a span by. */
export class Times {
  #place = byId('created');
  #fields = byId('filters').elements;

  /** @param {(span: {created: string, createdAfter: string, createdBefore: string}) => void} changed */
  constructor(changed) {
    const { created, createdAfter, createdBefore } = this.#fields;
    created.addEventListener('change', () => {
      byId('created-range').hidden = created.value !== 'custom';
      if (created.value !== 'custom') changed({ created: created.value, createdAfter: '', createdBefore: '' });
      else if (createdAfter.value || createdBefore.value) this.#tell(changed);
    });
    for (const field of [createdAfter, createdBefore]) field.addEventListener('change', () => this.#tell(changed));
  }

  /** Shows what is filtered by. @param {import('./filter.js').Filter} filter */
  show({ created, createdAfter, createdBefore }) {
    const isCustom = Boolean(!created && (createdAfter || createdBefore));
    const isChoosing = this.#fields.created.value === 'custom' && this.#place.open && !created;
    if (!isChoosing || isCustom) this.#fields.created.value = isCustom ? 'custom' : created;
    byId('created-range').hidden = this.#fields.created.value !== 'custom';
    write(this.#fields.createdAfter, createdAfter);
    write(this.#fields.createdBefore, createdBefore);
    const [from, to] = [createdAfter, createdBefore].map((instant) => (Number.isNaN(Date.parse(instant)) ? '' : minuteOf(instant)));
    const range = [from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
    setText(this.#place.querySelector('summary'), isCustom && range ? `${range[0].toUpperCase()}${range.slice(1)}` : NAMES[created] ?? 'Any time');
  }

  #tell(changed) {
    const { createdAfter, createdBefore } = this.#fields;
    changed({ created: '', createdAfter: read(createdAfter), createdBefore: read(createdBefore) });
  }
}

// A field of this kind knows no zone: it shows the clock of the page's.
function write(field, instant) {
  const at = Date.parse(instant);
  const text = Number.isNaN(at) ? '' : new Date(at + offsetAt(at)).toISOString().slice(0, 19);
  if (Date.parse(`${field.value}Z`) !== Date.parse(`${text}Z`)) field.value = text;
}

const read = (field) => (field.value ? new Date(instantOf(Date.parse(`${field.value}Z`))).toISOString() : '');

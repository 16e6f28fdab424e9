// The time zone in which this page tells times: one for all of it, named at the top, to be chosen.

import { byId, element } from './dom.js';

const STORED = 'taskapi.zone';
const QUARTER = 15 * 60_000;
const MOST_KEPT = 4000;

const own = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
let chosen = isKnown(localStorage.getItem(STORED)) ? localStorage.getItem(STORED) : own;

// Offsets change at full quarters of an hour, so one for each quarter is enough.
const offsets = new Map();
const formatters = new Map();

/** The zone's IANA name. */
export const zoneName = () => chosen;

/** What to add to an instant to have the clock of a zone in UTC fields. @param {number} instant in ms @param {string} [zone] @returns {number} ms */
export function offsetAt(instant, zone = chosen) {
  const quarter = `${Math.floor(instant / QUARTER)} ${zone}`;
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    if (offsets.size >= MOST_KEPT) offsets.clear();
    offsets.set(quarter, offset = compute(Math.floor(instant / QUARTER) * QUARTER, zone));
  }
  return offset;
}

/** Lets the viewer choose. @param {() => void} changed */
export function setUpZone(changed) {
  const select = byId('zone');
  const option = (zone) => element('option', { value: zone, text: zone });
  const near = [...new Set([own, 'UTC', chosen])];
  const others = Intl.supportedValuesOf('timeZone').filter((zone) => !near.includes(zone));
  select.replaceChildren(...near.map(option), element('optgroup', { label: 'All zones' }, ...others.map(option)));
  select.value = chosen;
  select.addEventListener('change', () => {
    chosen = select.value;
    // The browser's own choice needs no memory: it is followed again.
    if (chosen === own) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, chosen);
    changed();
  });
}

function compute(instant, zone) {
  const part = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) part[type] = Number(value);
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - instant;
}

function formatterOf(zone) {
  let formatter = formatters.get(zone);
  if (!formatter) {
    const numeric = 'numeric';
    formatter = new Intl.DateTimeFormat('en', {
      timeZone: zone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric,
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

function isKnown(zone) {
  try {
    return Boolean(zone && Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

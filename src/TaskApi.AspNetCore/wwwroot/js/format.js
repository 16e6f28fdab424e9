// Numbers, times and durations as people write them. Times are those of the zone that the page is set to.

import { offsetAt } from './zone.js';

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const two = (n) => String(n).padStart(2, '0');

export const count = (n) => numbers.format(n);

export const compact = (n) => (n < 100_000 ? numbers.format(n) : short.format(n));

export const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** A rate or a time in ms, with as many digits as matter. */
export function figure(n) {
  if (n === null || n === undefined) return '–';
  return n < 10 && n !== Math.round(n) ? n.toFixed(1) : compact(Math.round(n));
}

/** What a task is called: by its name, or by what it is to deliver or to run. */
export const titleOf = (task) => task.name ?? textOf(task);

/** A delayed message's message, or the type of a task with work. */
export const textOf = (task) => task.message ?? task.type;

/** Why a task was cancelled or failed, in a line: what a worker tells has its traceback below. */
export const reasonOf = ({ error, type }) => [type === undefined ? null : error.reason, error.detail?.split('\n')[0]].filter(Boolean).join(': ');

/** A result as text: one of work may be any JSON. */
export const resultText = (result) => (typeof result === 'string' ? result : JSON.stringify(result));

/** What a task has to show: its result once there is one, else what it is. */
export const contentOf = (task) => ((task.result ?? null) === null ? textOf(task) : resultText(task.result));

/** How far a coroutine says that it has come: a share where it has told of a total. */
export function progressOf({ done, total }) {
  return total > 0 ? `${Math.floor((100 * done) / total)} %` : numbers.format(done);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY = 86_400_000;

// A date whose UTC fields are the clock of a zone.
const clockOf = (instant, zone) => {
  const at = typeof instant === 'number' ? instant : Date.parse(instant);
  return new Date(at + offsetAt(at, zone));
};
const dayOf = (clock) => Math.floor(clock / DAY);
const dateOf = (clock) => `${clock.getUTCFullYear()}-${two(clock.getUTCMonth() + 1)}-${two(clock.getUTCDate())}`;
const timeOf = (clock) => `${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}:${two(clock.getUTCSeconds())}`;

/** The time of day. @param {number|string} instant */
export const timeOfDay = (instant) => timeOf(clockOf(instant));

/** The same, with the date if that isn't today's. */
export function moment(instant, now = Date.now(), zone = undefined) {
  const clock = clockOf(instant, zone);
  return dayOf(clock) === dayOf(clockOf(now, zone)) ? timeOf(clock) : `${dateOf(clock)} ${timeOf(clock)}`;
}

/** Date and time to the minute, in any zone. */
export function minuteOf(instant, zone) {
  const clock = clockOf(instant, zone);
  return `${dateOf(clock)} ${timeOf(clock).slice(0, 5)}`;
}

/** A day and a month. */
export function dayMonth(instant) {
  const clock = clockOf(instant);
  return `${clock.getUTCDate()} ${MONTHS[clock.getUTCMonth()]}`;
}

/** What fits where there is little room: the time of day today, else also the day, or in other years the date alone. */
export function brief(instant, now = Date.now()) {
  const [clock, today] = [clockOf(instant), clockOf(now)];
  if (dayOf(clock) === dayOf(today)) return timeOf(clock);
  if (clock.getUTCFullYear() !== today.getUTCFullYear()) return dateOf(clock);
  return `${dayMonth(instant)} ${timeOf(clock).slice(0, 5)}`;
}

/** When a task is due, in ms; of one that waits for others, or has ended so, when it was created. */
export const dueTime = (task) => Date.parse(task.dueAt ?? task.createdAt);

/** By how many seconds a message was there too late: one whose due time was past when it was created counts from then. */
export const latenessOf = (task) => Math.max(0, Date.parse(task.finishedAt) - Math.max(Date.parse(task.dueAt), Date.parse(task.createdAt))) / 1000;

/** The same in words. */
export function lateText(task) {
  const seconds = latenessOf(task);
  return `${seconds < 10 ? `${Math.round(seconds * 1000)} ms` : duration(seconds)} late`;
}

/** The zone of the service, as the text of a message's result shows it: an offset such as +09:00. */
export function serviceOffset(task) {
  const said = /^(\d\d):(\d\d):(\d\d) /.exec(task.result ?? '');
  if (!said) return null;
  const finished = new Date(task.finishedAt);
  const minutes = (Number(said[1]) * 60 + Number(said[2]) + Number(said[3]) / 60) - (finished.getUTCHours() * 60 + finished.getUTCMinutes() + finished.getUTCSeconds() / 60);
  // Offsets go from -12 to +14 hours, by quarters.
  const offset = ((Math.round(minutes / 15) * 15 + 720 + 1440) % 1440) - 720;
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

/** A duration in at most two units. */
export function duration(seconds) {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${two(Math.floor(seconds % 60))} s`;
  const hours = minutes / 60;
  if (hours < 48) return `${Math.floor(hours)} h ${two(Math.floor(minutes % 60))} min`;
  return `${count(Math.floor(hours / 24))} days`;
}

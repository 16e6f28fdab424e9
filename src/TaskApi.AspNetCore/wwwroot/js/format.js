// Numbers, times and durations as people write them.

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

/** The local time of day. @param {number|string} instant */
export function timeOfDay(instant) {
  const date = new Date(instant);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The same, with the date if that isn't today's. */
export function moment(instant, now = Date.now()) {
  const date = new Date(instant);
  const day = date.toDateString() === new Date(now).toDateString() ? '' : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `;
  return `${day}${timeOfDay(instant)}`;
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

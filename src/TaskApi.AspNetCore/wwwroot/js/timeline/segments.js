// What the bar of a task with work is made of: it waits, attempts run, and between them are pauses.

import { duration, moment, reasonOf } from '../format.js';

// How far from a short attempt the mouse may be, in pixels.
const NEAR = 3;

/**
 * @typedef {{number: number, from: number, until: number, outcome: string, error: string}} Ended an attempt that has ended; instants in ms
 * @typedef {{kind: 'waiting'|'attempt'|'pause'|'unknown', from: number, until: number|null, number: number, outcome: string, error: string}} Segment
 *   until: null while it goes on; number: that of the attempt, or of the one that comes after
 */

/** An attempt as the service lists it. @returns {Ended} */
export const endedOf = ({ number, startedAt, endedAt, outcome, error }, type) =>
  ({ number, from: Date.parse(startedAt), until: Date.parse(endedAt), outcome, error: error ? reasonOf({ error, type }) : '' });

/** How many attempts have ended that the task itself doesn't tell of. Of a cancelled one it doesn't say whether the last one ran until then. */
export function endedCount({ type, attempt, status }) {
  if (type === undefined || !attempt) return 0;
  return status === 'pending' || status === 'cancelled' ? attempt : attempt - 1;
}

/** @param {Object} task @param {Ended[]} known the first one first @returns {Segment[]} one after the other; what is to come, too */
export function segmentsOf(task, known) {
  if (task.type === undefined) return [];
  if (!task.attempt || task.startedAt === null) return turnOf(task, 1);
  const count = endedCount(task);
  const attempts = known.filter(({ number }) => number <= count).map((ended) => ({ kind: 'attempt', ...ended }));
  if (attempts.at(-1)?.number !== task.attempt) attempts.push(lastOf(task));
  const segments = [];
  let reached = Date.parse(task.createdAt);
  let before = 0;
  const between = (until, number) => {
    const kind = before === 0 && number === 1 ? 'waiting' : before === number - 1 ? 'pause' : 'unknown';
    if (until > reached) segments.push({ kind, from: reached, until, number, outcome: '', error: '' });
  };
  for (const attempt of attempts) {
    between(attempt.from, attempt.number);
    segments.push(attempt);
    [before, reached] = [attempt.number, attempt.until ?? Infinity];
  }

  if (task.status === 'pending') between(Date.parse(task.dueAt), before + 1);
  else if (task.done) between(Date.parse(task.finishedAt), before + 1);
  return [...segments, ...turnOf(task, before + 1)];
}

// From when it is due it waits for its turn.
function turnOf({ status, dueAt }, number) {
  if (status !== 'pending' || dueAt === null) return [];
  return [{ kind: 'waiting', from: Date.parse(dueAt), until: null, number, outcome: '', error: '' }];
}

// What the task itself says of its last attempt. While it waits for the next one, when that ended is not said.
function lastOf(task) {
  const { attempt: number, status, done, error } = task;
  const from = Date.parse(task.startedAt);
  const until = done ? Math.max(from, Date.parse(task.finishedAt)) : status === 'pending' ? from : null;
  return { kind: 'attempt', from, until, number, outcome: done ? status : status === 'pending' ? 'ended' : 'running', error: error ? reasonOf(task) : '' };
}

/** The last segments that have begun, in words. @param {Segment[]} segments @param {number} most @param {number} now */
export const segmentTexts = (segments, most, now) => segments.filter(({ from }) => from <= now).slice(-most).map((segment) => segmentText(segment, now));

/** A segment in words. @param {Segment} segment @param {number} now */
export function segmentText({ kind, from, until, number, outcome, error }, now) {
  const long = until === null ? '' : duration((until - from) / 1000);
  if (kind === 'waiting') return until === null ? `waits since ${moment(from, now)} for attempt ${number}` : `waited ${long} for attempt ${number}`;
  if (kind === 'unknown') return `earlier attempts, ${long}`;
  if (kind === 'pause') return until > now ? `pause until ${moment(until, now)}, before attempt ${number}` : `pause of ${long} after attempt ${number - 1}`;
  const how = error ? `${outcome}: ${error}` : outcome;
  return until === null || outcome === 'ended' ? `attempt ${number} since ${moment(from, now)}, ${how}` : `attempt ${number} from ${moment(from, now)}, ${long}, ${how}`;
}

/** The segment at a place; of short attempts, the nearest within a few pixels. @param {Segment[]} segments @param {(instant: number) => number} place @param {number} x @param {number} now */
export function segmentAt(segments, place, x, now) {
  const away = ({ from, until }) => Math.max(place(from) - x, x - place(until ?? now), 0);
  const nearest = segments.filter(({ kind }) => kind === 'attempt').sort((one, other) => away(one) - away(other))[0];
  return nearest && away(nearest) <= NEAR ? nearest : segments.find((segment) => away(segment) === 0);
}

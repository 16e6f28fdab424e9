// Which instants are marked on the axis, and how they are called there.

import { dayMonth, timeOfDay } from '../format.js';
import { offsetAt } from '../zone.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 7_776_000, 31_536_000,
].map((seconds) => seconds * SECOND);

/** Full seconds, hours or days of the page's zone, on an axis on which time is even. @param {number} least how far they are apart, in ms */
export function evenTicks(from, to, least, now) {
  const step = STEPS.find((candidate) => candidate >= least) ?? STEPS.at(-1);
  const zone = offsetAt(now);
  const ticks = [];
  for (let at = Math.ceil((from + zone) / step) * step - zone; at <= to; at += step) ticks.push({ instant: at, label: timeLabel(at, step, now) });
  return ticks;
}

/** Distances from now, on an axis that is bent. @param {(instant: number) => number} x where an instant lies @param {number} apart in pixels */
export function bentTicks(from, to, now, x, apart) {
  const ticks = [];
  for (const [end, sign, mark] of [[from, -1, '−'], [to, 1, '+']]) {
    let last = x(now);
    for (const step of STEPS) {
      const instant = now + sign * step;
      if (sign * (instant - end) > 0) break;
      if (Math.abs(x(instant) - last) < apart) continue;
      last = x(instant);
      ticks.push({ instant, label: `${mark}${distance(step)}` });
    }
  }
  return ticks;
}

function timeLabel(instant, step, now) {
  if (step >= DAY) return dayMonth(instant);
  const time = timeOfDay(instant);
  if (step < MINUTE) return time;
  return dayMonth(instant) === dayMonth(now) ? time.slice(0, 5) : `${dayMonth(instant)} ${time.slice(0, 5)}`;
}

function distance(ms) {
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < HOUR) return `${ms / MINUTE} min`;
  return ms < DAY ? `${ms / HOUR} h` : `${ms / DAY} d`;
}

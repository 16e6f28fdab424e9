// Which stretch of time is shown, and where an instant lies in it. Now stays at its place; time flows past it.
// Where short tasks stand beside long ones the axis is bent: even around now, and the narrower the further away.

import { dueTime } from '../format.js';
import { bentTicks, evenTicks } from './ticks.js';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
const LEAST_BEHIND = 12 * SECOND;
const LEAST_AHEAD = 8 * SECOND;
const MOST = 366 * DAY;
// Neither side of now gets less than this share.
const LEAST_SHARE = 0.22;
const GROWTH = 1.35;
const SETTLING = 220;
// How wide a short bar should be, in pixels.
const SHORT_BAR = 18;
// How many tasks tell which axis shows more.
const SAMPLE = 60;
// A bend so far away that nothing is seen of it.
const EVEN = 50;

export class Scale {
  #behind = 30 * SECOND;
  #ahead = 30 * SECOND;
  // Up to about here, in ms from now, the axis is even.
  #knee = EVEN * 60 * SECOND;
  #target = { behind: this.#behind, ahead: this.#ahead, knee: this.#knee };
  #settledAt = 0;

  /** The milliseconds that a pixel stands for, at now. */
  perPixel(width) {
    return (this.#knee * (bend(this.#ahead, this.#knee) + bend(this.#behind, this.#knee))) / Math.max(1, width);
  }

  get isSettled() {
    return this.#behind === this.#target.behind && this.#ahead === this.#target.ahead && this.#knee === this.#target.knee;
  }

  get isBent() {
    return this.#target.knee < this.#target.behind + this.#target.ahead;
  }

  /** A fixed stretch around now. @param {number} span in ms */
  fix(span) {
    this.#target = { behind: span * 0.55, ahead: span * 0.45, knee: EVEN * span };
  }

  /** The stretch in which most of these tasks are seen from beginning to end. */
  fit(tasks, now, width) {
    const behind = most(tasks.map((task) => now - Date.parse(task.createdAt)), LEAST_BEHIND);
    const ahead = most(tasks.filter((task) => !task.done).map((task) => dueTime(task) - now), LEAST_AHEAD);
    const short = leap(shortest(tasks, now), SECOND);
    const even = withShares(behind, ahead, EVEN * (behind + ahead));
    const isEven = tasks.length === 0 || short >= (SHORT_BAR * (behind + ahead)) / Math.max(1, width);
    const bent = isEven ? even : withShares(behind, ahead, short);
    // What was over long ago lies where a bent axis is narrow.
    this.#target = isEven || longEnough(tasks, now, width, bent) <= longEnough(tasks, now, width, even) ? even : bent;
  }

  /** Comes closer to the stretch asked for. @param {boolean} atOnce without gliding */
  settle(time, atOnce) {
    const part = atOnce ? 1 : 1 - Math.exp(-Math.min(100, time - this.#settledAt) / SETTLING);
    this.#settledAt = time;
    this.#behind = approach(this.#behind, this.#target.behind, part);
    this.#ahead = approach(this.#ahead, this.#target.ahead, part);
    this.#knee = approach(this.#knee, this.#target.knee, part);
  }

  /** Where an instant lies, in pixels from the left. */
  x(instant, now, width) {
    return place(instant - now, width, { behind: this.#behind, ahead: this.#ahead, knee: this.#knee });
  }

  /** The instants to mark on the axis, with their labels. @param {number} apart how far from each other, in pixels */
  ticks(now, width, apart) {
    const [from, to] = [now - this.#behind, now + this.#ahead];
    return this.isBent ? bentTicks(from, to, now, (instant) => this.x(instant, now, width), apart) : evenTicks(from, to, this.perPixel(width) * apart, now);
  }
}

const bend = (ms, knee) => Math.asinh(ms / knee);

function place(fromNow, width, { behind, ahead, knee }) {
  const left = bend(behind, knee);
  return ((bend(fromNow, knee) + left) / (left + bend(ahead, knee))) * width;
}

// Neither side of now gets too little.
function withShares(behind, ahead, knee) {
  const least = knee * Math.sinh(((bend(behind, knee) + bend(ahead, knee)) * LEAST_SHARE) / (1 - LEAST_SHARE));
  return { behind: Math.max(behind, least), ahead: Math.max(ahead, least), knee };
}

// How many of the bars are seen as bars: of many, of some of them.
function longEnough(tasks, now, width, stretch) {
  const x = (instant) => Math.min(width, Math.max(0, place(instant - now, width, stretch)));
  const step = Math.ceil(tasks.length / SAMPLE);
  return tasks.filter((task, i) => i % step === 0 && x(endOf(task, now)) - x(Date.parse(task.createdAt)) >= SHORT_BAR / 2).length;
}

const endOf = (task, now) => Math.max(dueTime(task), task.done ? Date.parse(task.finishedAt) : now);

// Nine in ten of the values fit into it, of few all.
function most(values, least) {
  const sorted = values.sort((a, b) => a - b);
  return leap(Math.min(MOST, Math.max(least, sorted[Math.ceil((sorted.length - 1) * 0.9)] ?? 0)), least) * 1.06;
}

// One in ten is shorter: those are to be seen, too.
function shortest(tasks, now) {
  const lengths = tasks.map((task) => endOf(task, now) - Date.parse(task.createdAt));
  return Math.max(SECOND, lengths.sort((a, b) => a - b)[Math.floor((lengths.length - 1) * 0.1)] ?? SECOND);
}

// What depends on the tasks changes by leaps, so that the picture isn't always being redrawn.
const leap = (value, least) => least * GROWTH ** Math.ceil(Math.log(value / least) / Math.log(GROWTH) - 1e-9);

function approach(from, to, part) {
  const next = from * (to / from) ** part;
  return Math.abs(next / to - 1) < 0.002 ? to : next;
}

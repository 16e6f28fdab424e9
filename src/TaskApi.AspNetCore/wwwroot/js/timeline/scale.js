// Which stretch of time is shown, and where an instant lies in it. Now stays at its place; time flows past it.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 7_776_000,
].map((seconds) => seconds * SECOND);
const LEAST_BEHIND = 12 * SECOND;
const LEAST_AHEAD = 8 * SECOND;
const MOST = 366 * DAY;
// Neither side of now gets less than this share.
const LEAST_SHARE = 0.22;
const GROWTH = 1.35;
const SETTLING = 220;

export class Scale {
  #behind = 30 * SECOND;
  #ahead = 30 * SECOND;
  #target = { behind: this.#behind, ahead: this.#ahead };
  #settledAt = 0;

  /** The milliseconds that a pixel stands for. */
  perPixel(width) {
    return (this.#behind + this.#ahead) / Math.max(1, width);
  }

  get isSettled() {
    return this.#behind === this.#target.behind && this.#ahead === this.#target.ahead;
  }

  /** A fixed stretch around now. @param {number} span in ms */
  fix(span) {
    this.#target = { behind: span * 0.55, ahead: span * 0.45 };
  }

  /** The stretch in which most of these tasks are seen from beginning to end. */
  fit(tasks, now) {
    const behind = most(tasks.map((task) => now - Date.parse(task.createdAt)), LEAST_BEHIND);
    const ahead = most(tasks.filter((task) => !task.done).map((task) => Date.parse(task.dueAt) - now), LEAST_AHEAD);
    const least = ((behind + ahead) * LEAST_SHARE) / (1 - LEAST_SHARE);
    this.#target = { behind: Math.max(behind, least), ahead: Math.max(ahead, least) };
  }

  /** Comes closer to the stretch asked for. @param {boolean} atOnce without gliding */
  settle(time, atOnce) {
    const part = atOnce ? 1 : 1 - Math.exp(-Math.min(100, time - this.#settledAt) / SETTLING);
    this.#settledAt = time;
    this.#behind = approach(this.#behind, this.#target.behind, part);
    this.#ahead = approach(this.#ahead, this.#target.ahead, part);
  }

  /** Where an instant lies, in pixels from the left. */
  x(instant, now, width) {
    return ((instant - now + this.#behind) / (this.#behind + this.#ahead)) * width;
  }

  /** The instants to mark on the axis, and how far they are apart. */
  ticks(now, width, apart) {
    const wanted = this.perPixel(width) * apart;
    const step = STEPS.find((candidate) => candidate >= wanted) ?? STEPS.at(-1);
    // Full hours and days are those of the viewer's time zone.
    const zone = new Date(now).getTimezoneOffset() * MINUTE;
    const instants = [];
    for (let at = Math.ceil((now - this.#behind - zone) / step) * step + zone; at <= now + this.#ahead; at += step) instants.push(at);
    return { step, instants };
  }
}

// Nine in ten of the values fit into it. It changes by leaps, so that the picture isn't always being redrawn.
function most(values, least) {
  const sorted = values.sort((a, b) => a - b);
  const value = Math.min(MOST, Math.max(least, sorted[Math.floor((sorted.length - 1) * 0.9)] ?? 0));
  return least * GROWTH ** Math.ceil(Math.log(value / least) / Math.log(GROWTH) - 1e-9) * 1.06;
}

function approach(from, to, part) {
  const next = from * (to / from) ** part;
  return Math.abs(next / to - 1) < 0.002 ? to : next;
}

// Draws lanes and the axis. Nothing here knows of the page's elements.

import { brief, dueTime, timeOfDay } from '../format.js';
import { paintSegments } from './paint-segments.js';

const FULL = Math.PI * 2;
const LEAST_IN_PARTS = 2;

/** The colours and fonts of the current theme, as the style sheet has them. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const value = (name) => style.getPropertyValue(name).trim();
  const tones = (state) => ({ solid: value(`--${state}`), soft: value(`--${state}-soft`) });
  return {
    pending: tones('pending'), running: tones('running'), completed: tones('completed'), cancelled: tones('cancelled'), failed: tones('failed'),
    muted: value('--muted'), line: value('--line'), now: value('--now'), onNow: value('--on-now'), surface: value('--surface'),
    font: `500 10.5px ${value('--mono')}`,
  };
}

/**
 * Draws one task: a bar from creation to due, filled as far as time has come, in its outcome's colour at its end.
 * @param {CanvasRenderingContext2D} context
 * @param {{x: (instant: number) => number, width: number, now: number, palette: Object}} view
 * @param {Object} task @param {import('./segments.js').Segment[]} segments what the bar is made of, if it has attempts
 * @param {number} top @param {number} height of the lane @param {boolean} withTimes
 */
export function paintLane(context, view, task, segments, top, height, withTimes) {
  const [created, due] = [Date.parse(task.createdAt), dueTime(task)];
  const reached = task.done ? Date.parse(task.finishedAt) : view.now;
  // Work goes on beyond its due time, until it has ended.
  const isBegun = task.done || task.status === 'running';
  const start = view.x(created);
  const end = Math.max(view.x(Math.max(due, isBegun ? reached : due)), start + 2);
  const fill = Math.min(Math.max(view.x(reached), start + 2), end);
  // A line from when it was due: it waits for its turn.
  const reach = segments.length > 0 ? Math.max(end, view.x(reached)) : end;
  const bar = height >= 40 ? 10 : Math.max(0.5, height * (height < 12 ? 0.8 : 0.5));
  const y = withTimes ? top + height - bar - 9 : top + (height - bar) / 2;
  const tone = view.palette[task.status];

  // Where a thousand rows share the height, a bar is too thin to be told in parts.
  const isWhole = bar < LEAST_IN_PARTS;
  if (isWhole || segments.every(({ kind }) => kind !== 'attempt')) paintBar(context, view, start, fill, end, y, bar, tone);
  if (!isWhole) paintSegments(context, view, segments, y, bar);
  if (bar > 4 && task.done && fill > -8 && fill < view.width + 8) paintEnd(context, fill, y + bar / 2, bar / 2 + 1.5, tone.solid, view.palette.surface);
  if (bar > 4) paintBeyond(context, view, start, reach, y + bar / 2, tone.solid);
  if (withTimes) paintTimes(context, view, created, isBegun ? reached : due, start, isBegun ? fill : end, y - 5, tone.solid);
}

/** Draws the marks of the axis over the whole height, and their labels if there is room for them. */
export function paintAxis(context, view, ticks, top, height, withLabels) {
  context.fillStyle = view.palette.line;
  for (const { instant } of ticks) context.fillRect(Math.round(view.x(instant)), top, 1, height);
  if (!withLabels) return;
  context.font = view.palette.font;
  context.textAlign = 'center';
  context.fillStyle = view.palette.muted;
  const now = nowLabelX(view);
  for (const { instant, label } of ticks) {
    const x = view.x(instant);
    if (x > 28 && x < view.width - 28 && Math.abs(x - now) > 64) context.fillText(label, x, height - 12.5);
  }
}

/** Draws the line that time has come to. */
export function paintNow(context, view, height) {
  context.fillStyle = view.palette.now;
  context.fillRect(Math.round(view.x(view.now)) - 0.75, 0, 1.5, height);
}

/** Draws the time that it is, on the axis. */
export function paintNowLabel(context, view, height) {
  context.font = view.palette.font;
  context.textAlign = 'center';
  const x = nowLabelX(view);
  pill(context, x - 32, height - 25, 64, 18, 9, view.palette.now);
  context.fillStyle = view.palette.onNow;
  context.fillText(timeOfDay(view.now), x, height - 12.5);
}

function nowLabelX(view) {
  return Math.min(Math.max(view.x(view.now), 34), view.width - 34);
}

function paintBar(context, view, start, fill, end, y, height, tone) {
  const radius = height > 4 ? height / 2 : 0;
  const [left, right] = [Math.max(start, -20), Math.min(end, view.width + 20)];
  if (right > left) pill(context, left, y, right - left, height, radius, tone.soft);
  const filled = Math.min(fill, view.width + 20);
  if (filled > left) pill(context, left, y, Math.max(filled - left, 2), height, radius, tone.solid);
}

function paintEnd(context, x, y, radius, colour, around) {
  context.beginPath();
  context.arc(x, y, radius + 1.5, 0, FULL);
  context.fillStyle = around;
  context.fill();
  context.beginPath();
  context.arc(x, y, radius, 0, FULL);
  context.fillStyle = colour;
  context.fill();
}

// A task that lies outside altogether: an arrow says on which side.
function paintBeyond(context, view, start, end, y, colour) {
  const isLeft = end < 0;
  if (!isLeft && start <= view.width) return;
  const [tip, direction] = isLeft ? [4, 1] : [view.width - 4, -1];
  context.beginPath();
  context.moveTo(tip, y);
  context.lineTo(tip + 5 * direction, y - 4);
  context.lineTo(tip + 5 * direction, y + 4);
  context.fillStyle = colour;
  context.fill();
}

function paintTimes(context, view, created, ended, start, end, y, colour) {
  if (end < 0 || start > view.width) return;
  context.font = view.palette.font;
  const [left, right] = [Math.max(start, 2), Math.min(end, view.width - 2)];
  const [from, until] = [`${brief(created, view.now)} `, `→ ${brief(ended, view.now)}`];
  const width = context.measureText(from + until).width;
  context.textAlign = 'left';
  if (right - left >= width + 12) {
    context.fillStyle = view.palette.muted;
    context.fillText(from, left, y);
    context.textAlign = 'right';
    context.fillStyle = colour;
    context.fillText(until.slice(2), right, y);
    return;
  }

  // On a phone there may be no room for both.
  if (width + 4 > view.width) {
    context.textAlign = 'center';
    context.fillStyle = colour;
    context.fillText(until, view.width / 2, y);
    return;
  }

  const x = Math.max(2, Math.min(left, view.width - width - 2));
  context.fillStyle = view.palette.muted;
  context.fillText(from, x, y);
  context.fillStyle = colour;
  context.fillText(until, x + context.measureText(from).width, y);
}

function pill(context, x, y, width, height, radius, colour) {
  context.fillStyle = colour;
  if (radius === 0) {
    context.fillRect(x, y, width, height);
    return;
  }

  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(radius, width / 2));
  context.fill();
}

// Draws what a bar is made of, told apart by form and not by colour alone: a line where the task waited, a dashed one where it
// paused, a block where an attempt ran, and a hatched block for one that came to nothing.

const LEAST_BLOCK = 3;
const MARGIN = 20;
const TONES = { running: 'running', completed: 'completed', failed: 'failed', lost: 'failed', ended: 'pending' };
const WHOLE = ['running', 'completed'];
const DASH = [4, 3];

/** @param {CanvasRenderingContext2D} context @param {Object} view of paintLane @param {import('./segments.js').Segment[]} segments @param {number} y @param {number} height */
export function paintSegments(context, view, segments, y, height) {
  for (const segment of segments) {
    if (segment.kind !== 'attempt') paintLine(context, view, segment, y, height);
  }

  // Above the lines, so that short ones are seen.
  for (const segment of segments) {
    if (segment.kind === 'attempt') paintBlock(context, view, segment, y, height);
  }
}

const clip = (view, x) => Math.min(Math.max(x, -MARGIN), view.width + MARGIN);

function paintLine(context, view, { kind, from, until }, y, height) {
  const [left, right] = [clip(view, view.x(from)), clip(view, view.x(until ?? view.now))];
  if (right <= left) return;
  const { solid, soft } = view.palette.pending;
  if (height <= 4) {
    context.fillStyle = soft;
    context.fillRect(left, y, right - left, height);
    return;
  }

  context.beginPath();
  context.setLineDash(kind === 'waiting' ? [] : DASH);
  context.moveTo(left, y + height / 2);
  context.lineTo(right, y + height / 2);
  [context.strokeStyle, context.lineWidth] = [solid, 2];
  context.stroke();
  context.setLineDash([]);
}

function paintBlock(context, view, { from, until, outcome }, y, height) {
  const start = view.x(from);
  const [left, right] = [clip(view, start), clip(view, Math.max(view.x(until ?? view.now), start + LEAST_BLOCK))];
  if (right <= left) return;
  context.beginPath();
  context.roundRect(left, y, right - left, height, height > 4 ? 2.5 : 0);
  const colour = view.palette[TONES[outcome] ?? 'cancelled'].solid;
  context.fillStyle = colour;
  context.fill();
  if (height > 4 && !WHOLE.includes(outcome)) hatch(context, left, right, y, height, [view.palette.surface, colour]);
}

function hatch(context, left, right, y, height, [between, colour]) {
  const outline = new Path2D();
  outline.roundRect(left, y, right - left, height, 2.5);
  context.save();
  context.clip(outline);
  context.beginPath();
  for (let x = left - height + 3; x < right; x += 5) {
    context.moveTo(x, y + height);
    context.lineTo(x + height, y);
  }

  [context.strokeStyle, context.lineWidth] = [between, 1.5];
  context.stroke();
  [context.strokeStyle, context.lineWidth] = [colour, 2];
  context.stroke(outline);
  context.restore();
}

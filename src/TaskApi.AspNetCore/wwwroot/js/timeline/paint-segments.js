// Draws what a bar is made of, told apart by form and not by colour alone: a line where the task waited, a dashed one where it
// paused, a block where an attempt ran, and a hatched block for one that came to nothing.

const LEAST_BLOCK = 3;
const MARGIN = 20;
const TONES = { running: 'running', completed: 'completed', failed: 'failed', lost: 'failed', ended: 'pending' };
const WHOLE = ['running', 'completed'];
const DASH = [4, 3];
const TILE = 5;
// By palette.
const hatches = new WeakMap();

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
  const tone = TONES[outcome] ?? 'cancelled';
  const { solid } = view.palette[tone];
  if (height <= 4) {
    context.fillStyle = solid;
    context.fillRect(left, y, right - left, height);
    return;
  }

  context.beginPath();
  context.roundRect(left, y, right - left, height, 2.5);
  context.fillStyle = WHOLE.includes(outcome) ? solid : hatchOf(context, view.palette, tone);
  context.fill();
  if (WHOLE.includes(outcome)) return;
  [context.strokeStyle, context.lineWidth] = [solid, 1];
  context.stroke();
}

function hatchOf(context, palette, tone) {
  if (!hatches.has(palette)) hatches.set(palette, {});
  return (hatches.get(palette)[tone] ??= hatch(context, palette[tone].solid, palette.surface));
}

// A tile of stripes from the lower left to the upper right.
function hatch(context, colour, between) {
  const tile = new OffscreenCanvas(TILE, TILE);
  const drawing = tile.getContext('2d');
  drawing.fillStyle = colour;
  drawing.fillRect(0, 0, TILE, TILE);
  [drawing.strokeStyle, drawing.lineWidth] = [between, 1.5];
  for (const x of [-TILE, 0, TILE]) {
    drawing.moveTo(x - 1, TILE + 1);
    drawing.lineTo(x + TILE + 1, -1);
  }

  drawing.stroke();
  return context.createPattern(tile, 'repeat');
}

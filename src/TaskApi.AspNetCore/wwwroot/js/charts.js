// Small line charts over the last five minutes, drawn by hand.

import { setText } from './dom.js';
import { figure } from './format.js';
import { SECONDS } from './stats.js';

export class Chart {
  #canvas;
  #value;
  #unit;
  #series;

  /**
   * @param {HTMLElement} card has a canvas and an element .value
   * @param {string} unit said after the figure to screen readers
   * @param {{values: number[], colour: string}[]} series the first is the one that counts; colours are custom properties
   */
  constructor(card, unit, series) {
    this.#canvas = card.querySelector('canvas');
    this.#value = card.querySelector('.value');
    this.#unit = unit;
    this.#series = series;
  }

  draw() {
    const canvas = this.#canvas;
    const [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio || 1];
    if (width === 0) return;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(canvas);
    const top = Math.max(1, ...this.#series.flatMap(({ values }) => values));
    const scale = { x: (i, length) => width - 1.5 - ((length - 1 - i) / (SECONDS - 1)) * (width - 3), y: (value) => height - 1.5 - (value / top) * (height - 5) };
    context.fillStyle = style.getPropertyValue('--line');
    context.fillRect(0, height - 1, width, 1);
    for (const { values, colour } of this.#series.toReversed()) line(context, values, scale, style.getPropertyValue(colour), height);
    this.#describe(top);
  }

  #describe(top) {
    const latest = this.#series.map(({ values }) => figure(values.findLast((value) => value !== null) ?? null));
    setText(this.#value, latest.join(' / '));
    this.#canvas.setAttribute('aria-label', `${latest.join(' and ')} ${this.#unit}; maximum ${figure(top)} in the last five minutes`);
  }
}

// Where there is no value the line breaks; a value between two gaps is a dot.
function line(context, values, scale, colour, height) {
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = context.lineCap = 'round';
  let begun = -1;
  for (let i = 0; i <= values.length; i++) {
    const isGap = i === values.length || values[i] === null;
    if (isGap && begun >= 0) stroke(context, values, begun, i, scale, height);
    if (isGap) begun = -1;
    else if (begun < 0) begun = i;
  }
}

function stroke(context, values, from, to, scale, height) {
  const x = (i) => scale.x(i, values.length);
  context.beginPath();
  context.moveTo(x(from) - (to - from === 1 ? 0.01 : 0), scale.y(values[from]));
  for (let i = from + 1; i < to; i++) context.lineTo(x(i), scale.y(values[i]));
  if (to - from === 1) context.lineTo(x(from) + 0.01, scale.y(values[from]));
  context.stroke();
  context.lineTo(x(to - 1), height - 1);
  context.lineTo(x(from), height - 1);
  context.globalAlpha = 0.1;
  context.fill();
  context.globalAlpha = 1;
}

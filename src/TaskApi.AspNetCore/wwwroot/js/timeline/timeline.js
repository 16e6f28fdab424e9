// The lanes: a canvas for the bars and a grid of rows over it, drawn together, at most once a frame.

import { paintAxis, paintLane, paintNow, paintNowLabel, readPalette } from './paint.js';
import { Rows } from './rows.js';
import { Scale } from './scale.js';
import { segmentAt, segmentText } from './segments.js';

export const DENSITIES = { comfortable: 52, compact: 26, overview: 0 };

const LEAST_LANE = 0.5;
const MOST_LANE = 8;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export class Timeline {
  #parts;
  #page;
  #clock;
  #selected;
  #attempts;
  #rows;
  #scale = new Scale();
  #span = 0;
  #density = 'comfortable';
  #palette = null;
  #dirty = true;
  #drawnAt = 0;
  #second = 0;
  #size = { width: 0, height: 0, left: 0 };

  /** The id of the row that the keyboard is at. */
  active = null;

  /**
   * @param {{scroller: HTMLElement, sheet: HTMLElement, layer: HTMLElement, lanes: HTMLCanvasElement, axis: HTMLCanvasElement, grid: HTMLElement}} parts
   * @param {import('../task-page.js').TaskPage} page @param {import('../clock.js').ServerClock} clock @param {Set<string>} selected
   * @param {import('./attempts.js').Attempts} attempts
   */
  constructor(parts, page, clock, selected, attempts) {
    [this.#parts, this.#page, this.#clock, this.#selected, this.#attempts] = [parts, page, clock, selected, attempts];
    this.#rows = new Rows(parts.layer);
    parts.scroller.addEventListener('scroll', () => this.invalidate(), { passive: true });
    parts.scroller.addEventListener('mousemove', (event) => this.#explain(event), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(parts.scroller);
    requestAnimationFrame((time) => this.#frame(time));
  }

  /** Something to be seen has changed. */
  invalidate() {
    this.#dirty = true;
  }

  /** The zone has changed: every time is to be written anew. */
  rewrite() {
    this.#second = 0;
    this.invalidate();
  }

  /** The theme has changed. */
  recolour() {
    this.#palette = null;
    this.invalidate();
  }

  /** @param {number} span in ms; 0 fits what is in sight */
  setSpan(span) {
    this.#span = span;
    this.invalidate();
  }

  /** @param {keyof DENSITIES} density */
  setDensity(density) {
    this.#density = density;
    this.#parts.grid.dataset.density = density;
    this.#parts.scroller.scrollTop = 0;
    this.#measure();
  }

  get laneHeight() {
    return DENSITIES[this.#density] || Math.min(MOST_LANE, Math.max(LEAST_LANE, this.#size.height / Math.max(1, this.#page.length)));
  }

  /** The task at a point of the grid, or of an element. */
  taskAt(event) {
    const top = event.clientY - this.#parts.scroller.getBoundingClientRect().top + this.#parts.scroller.scrollTop;
    return this.#rows.taskOf(event.target) ?? this.#page.at(Math.floor(top / this.laneHeight)) ?? null;
  }

  /** Scrolls until the active row is in sight. */
  reveal() {
    const row = this.#page.rowOf(this.active);
    if (row < 0) return;
    const { scroller } = this.#parts;
    const [top, bottom] = [row * this.laneHeight, (row + 1) * this.laneHeight];
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + this.#size.height) scroller.scrollTop = bottom - this.#size.height;
    this.invalidate();
  }

  // What the mouse is over, as the tooltip of the row's bar.
  #explain(event) {
    const cell = event.target.closest('.span');
    const task = cell && this.#rows.taskOf(cell);
    if (!task) return;
    const now = this.#clock.now();
    const x = event.clientX - this.#parts.lanes.getBoundingClientRect().left;
    const at = segmentAt(this.#attempts.segmentsOf(task), (instant) => this.#scale.x(instant, now, this.#size.width), x, now);
    cell.title = at ? segmentText(at, now) : '';
  }

  #measure() {
    const { scroller, lanes, axis, layer } = this.#parts;
    this.#size.width = lanes.parentElement.clientWidth;
    this.#size.height = scroller.clientHeight;
    const ratio = devicePixelRatio || 1;
    for (const [canvas, height] of [[lanes, this.#size.height], [axis, axis.clientHeight]]) {
      canvas.width = Math.max(1, Math.round(this.#size.width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    }

    lanes.style.height = layer.style.height = `${this.#size.height}px`;
    this.invalidate();
  }

  #frame(time) {
    requestAnimationFrame((next) => this.#frame(next));
    // Half a pixel is the least that can be seen of time passing.
    const pause = calm.matches ? 1000 : Math.min(1000, this.#scale.perPixel(this.#size.width) / 2);
    if (!this.#dirty && this.#scale.isSettled && time - this.#drawnAt < pause) return;
    this.#dirty = false;
    this.#drawnAt = time;
    this.#draw(time);
  }

  #draw(time) {
    const now = this.#clock.now();
    const visible = this.#inSight();
    const tasks = visible.map((shown) => shown.task);
    if (this.#span > 0) this.#scale.fix(this.#span);
    else this.#scale.fit(tasks, now, this.#size.width);
    this.#scale.settle(time, calm.matches || document.hidden);
    this.#palette ??= readPalette(this.#parts.grid);
    const { width, height } = this.#size;
    const view = { x: (instant) => this.#scale.x(instant, now, width), width, now, palette: this.#palette };
    this.#paint(view, visible, height);
    this.#showRows(visible, now);
    if (this.#density !== 'overview') this.#attempts.look(tasks);
  }

  #paint(view, visible, height) {
    const [lanes, axis] = [this.#parts.lanes.getContext('2d'), this.#parts.axis.getContext('2d')];
    const ticks = this.#scale.ticks(view.now, view.width, 96);
    const axisHeight = this.#parts.axis.clientHeight;
    axis.clearRect(0, 0, view.width, axisHeight);
    paintAxis(axis, view, ticks, axisHeight - 6, axisHeight, true);
    paintNowLabel(axis, view, axisHeight);
    lanes.clearRect(0, 0, view.width, height);
    paintAxis(lanes, view, ticks, 0, height, false);
    for (const { task, top } of visible) paintLane(lanes, view, task, this.#attempts.segmentsOf(task), top, this.laneHeight, this.#density === 'comfortable');
    paintNow(lanes, view, height);
  }

  #showRows(visible, now) {
    const second = Math.floor(now / 1000);
    const isOverview = this.#density === 'overview';
    const active = this.#rows.show(isOverview ? visible.filter((shown) => shown.task.id === this.active) : visible, {
      now, height: this.laneHeight, active: this.active, selected: this.#selected, refresh: second !== this.#second,
      segmentsOf: (task) => this.#attempts.segmentsOf(task),
    });
    this.#second = second;
    const { grid, sheet } = this.#parts;
    if (active) grid.setAttribute('aria-activedescendant', active);
    else grid.removeAttribute('aria-activedescendant');
    grid.setAttribute('aria-rowcount', String(this.#page.length + 1));
    sheet.style.height = `${isOverview ? this.#size.height : this.#page.length * this.laneHeight}px`;
  }

  #inSight() {
    const height = this.laneHeight;
    const offset = this.#parts.scroller.scrollTop;
    const first = Math.max(0, Math.floor(offset / height));
    const end = Math.min(this.#page.length, Math.ceil((offset + this.#size.height) / height));
    const visible = [];
    for (let row = first; row < end; row++) visible.push({ task: this.#page.at(row), row, top: row * height - offset });
    return visible;
  }
}

// The counters, which are also the filter by status, the charts, and how full the service is.

import { Chart } from './charts.js';
import { byId, setText } from './dom.js';
import { compact, count, duration, figure } from './format.js';

const isLasting = (name) => name !== 'pending' && name !== 'running';

const milliseconds = (ms) => (ms < 10_000 ? `${figure(ms)} ms` : duration(ms / 1000));

export class Numbers {
  #stats;
  #charts;

  /** @param {import('./stats.js').Stats} stats @param {(status: string) => void} filter */
  constructor(stats, filter) {
    this.#stats = stats;
    this.#charts = [
      new Chart(byId('chart-created'), 'created per second', [{ values: stats.created, colour: '--pending' }]),
      new Chart(byId('chart-completed'), 'completed per second', [{ values: stats.completed, colour: '--completed' }]),
      new Chart(byId('chart-late'), 'milliseconds late, median and 99th percentile', [
        { values: stats.p50, colour: '--completed' }, { values: stats.p99, colour: '--cancelled' },
      ]),
    ];
    byId('counters').addEventListener('click', (event) => {
      const status = event.target.closest('button')?.dataset.status;
      if (status !== undefined) filter(status);
    });
    new ResizeObserver(() => this.draw()).observe(byId('charts'));
  }

  /** Marks the status that is filtered by. */
  mark(status) {
    for (const button of byId('counters').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.status === status));
  }

  draw() {
    for (const chart of this.#charts) chart.draw();
  }

  /** Shows the latest figures. */
  update() {
    const stats = this.#stats.current;
    setText(byId('numbers-problem'), this.#stats.error);
    if (stats === null) return;
    for (const name of ['created', 'pending', 'running', 'completed', 'cancelled', 'failed']) {
      const shown = byId(`count-${name}`);
      setText(shown, compact(stats[name]));
      shown.title = `${count(stats[name])}${isLasting(name) ? ' since the service started' : ' now'}`;
    }

    const unfinished = stats.pending + stats.running;
    byId('capacity').value = unfinished / stats.capacity;
    setText(byId('capacity-text'), `${compact(unfinished)} of ${compact(stats.capacity)}`);
    setText(byId('late-ever'), `up ${duration(stats.uptimeSeconds)}; late by ${milliseconds(stats.latenessMs.p99)} (p99), ${milliseconds(stats.latenessMs.max)} at most`);
    this.draw();
  }
}

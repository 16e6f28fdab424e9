// The views beside the tasks: one is shown at a time, in the same place.

import { byId, element, setText } from '../dom.js';
import { FailedView } from './failed.js';
import { OverviewView } from './overview.js';
import { QueuesView } from './queues.js';
import { SchedulesView } from './schedules.js';
import { WorkersView } from './workers.js';

const LOADERS = { overview: OverviewView, failed: FailedView, schedules: SchedulesView, queues: QueuesView, workers: WorkersView };
const TITLES = { tasks: 'the event loop', overview: 'overview', failed: 'failed tasks', schedules: 'schedules', queues: 'queues', workers: 'workers' };

export class Views {
  #api;
  #parts;
  #shown = null;
  #name = '';
  #query = '';

  /** @param {import('../api.js').Api} api @param {{router: Object, clock: Object, stats: Object}} parts */
  constructor(api, parts) {
    [this.#api, this.#parts] = [api, parts];
  }

  /** @param {string} name @param {Object} query */
  show(name, query) {
    const wanted = JSON.stringify({ ...query, task: undefined });
    if (name === this.#name && (name === 'tasks' || wanted === this.#query)) return;
    [this.#name, this.#query] = [name, wanted];
    this.#shown?.close?.();
    document.querySelector('main').dataset.view = name;
    document.title = `TaskApi: ${TITLES[name]}`;
    for (const anchor of byId('views').children) {
      if (anchor.dataset.view === name) anchor.setAttribute('aria-current', 'page');
      else anchor.removeAttribute('aria-current');
    }

    const place = byId('view');
    place.hidden = name === 'tasks';
    const View = LOADERS[name];
    place.replaceChildren();
    this.#shown = View ? new View(this.#api, this.#parts, frame(place, name), query) : null;
    this.#shown?.load();
  }

  /** Reads and writes it anew. */
  refresh() {
    this.#shown?.load();
  }

  /** Something has happened to a task. */
  happened(kind, task) {
    this.#shown?.happened?.(kind, task);
  }
}

function frame(place, name) {
  const title = TITLES[name];
  const parts = {
    tools: element('div.bar.tools'), problem: element('p.problem', { role: 'alert' }), body: element('div.view-body'),
    fail(error) {
      setText(parts.problem, error === null ? '' : error.status === 401 ? 'An API key is needed.' : error.message);
    },
  };
  place.replaceChildren(element('div.bar', {}, element('h2', { id: 'view-title', text: `${title[0].toUpperCase()}${title.slice(1)}` }), parts.tools), parts.problem, parts.body);
  return parts;
}

// Acts on all tasks that match the filter, after saying how many those are.

import { Answer } from '../answers.js';
import { curl } from '../curl.js';
import { byId, setText } from '../dom.js';
import { count, plural } from '../format.js';
import { download, toCsv, toNdjson } from './export.js';
import { allMatching } from './matching.js';

const AT_ONCE = 8;

export class BulkDialog {
  #api;
  #dialog = byId('bulk');
  #tasks = [];
  // Of the counting or the acting that is under way; ended by closing.
  #work = new AbortController();

  /** @param {import('../api.js').Api} api */
  constructor(api) {
    this.#api = api;
    byId('bulk-close').addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('close', () => this.#work.abort());
    byId('bulk-cancel').addEventListener('click', () => this.#each('Cancel', this.#unfinished, 'DELETE', (id) => `tasks/${id}`));
    byId('bulk-rerun').addEventListener('click', () => this.#each('Run again', this.#finished, 'POST', (id) => `tasks/${id}/rerun`));
    byId('bulk-reschedule').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#reschedule(event.target.elements);
    });
    byId('bulk-ndjson').addEventListener('click', () => download('tasks.ndjson', 'application/x-ndjson', toNdjson(this.#tasks)));
    byId('bulk-csv').addEventListener('click', () => download('tasks.csv', 'text/csv', toCsv(this.#tasks)));
  }

  /** Counts, and offers. @param {import('../filter.js').Filter} filter */
  async open(filter) {
    this.#work = new AbortController();
    setText(byId('bulk-problem'), '');
    byId('bulk-acts').hidden = true;
    setText(byId('bulk-count'), 'Counting…');
    this.#dialog.showModal();
    const { signal } = this.#work;
    try {
      const { tasks, isCut } = await allMatching(this.#api, filter, (found) => setText(byId('bulk-count'), `Counting: ${count(found)} match so far.`), signal);
      this.#offer(tasks, isCut);
    } catch (error) {
      if (!signal.aborted) setText(byId('bulk-problem'), error.message);
    }
  }

  get #unfinished() {
    return this.#tasks.filter((task) => !task.done);
  }

  get #pending() {
    return this.#tasks.filter((task) => task.status === 'pending');
  }

  get #finished() {
    return this.#tasks.filter((task) => task.done);
  }

  #offer(tasks, isCut) {
    this.#tasks = tasks;
    const [left, done] = [this.#unfinished.length, this.#finished.length];
    const cut = isCut ? ' There are more: these are the newest.' : '';
    setText(byId('bulk-count'), `${plural(tasks.length, 'task')} ${tasks.length === 1 ? 'matches' : 'match'}: ${count(left)} unfinished, ${count(done)} finished.${cut}`);
    byId('bulk-acts').hidden = false;
    offer('bulk-cancel', left, `Cancel ${plural(left, 'task')}`);
    offer('bulk-reschedule-send', this.#pending.length, `Reschedule ${plural(this.#pending.length, 'pending task')}`);
    offer('bulk-rerun', done, `Run ${plural(done, 'task')} again`);
    for (const id of ['bulk-ndjson', 'bulk-csv']) byId(id).disabled = tasks.length === 0;
  }

  // The oldest first, evenly from the first due time to the last.
  #reschedule({ delay, spread }) {
    const tasks = this.#pending;
    const step = tasks.length > 1 ? spread.valueAsNumber / (tasks.length - 1) : 0;
    const delays = new Map(tasks.map((task, place) => [task.id, delay.valueAsNumber + step * (tasks.length - 1 - place)]));
    const wrong = [delay, spread].find((field) => !field.checkValidity() || Number.isNaN(field.valueAsNumber));
    setText(byId('bulk-problem'), wrong ? 'Give seconds: 0 or more.' : '');
    if (wrong) wrong.focus();
    else this.#each('Reschedule', tasks, 'PATCH', (id) => `tasks/${id}`, (id) => ({ delaySeconds: Math.round(1000 * delays.get(id)) / 1000 }));
  }

  async #each(title, tasks, method, pathOf, bodyOf = () => undefined) {
    byId('bulk-acts').hidden = true;
    const { signal } = this.#work;
    const [ids, all] = [tasks.map((task) => task.id), tasks.length];
    let [done, passed] = [0, 0];
    const worker = async () => {
      for (let id = ids.pop(); id && !signal.aborted; id = ids.pop()) {
        try {
          await this.#api.call(method, pathOf(id), { body: bodyOf(id) });
          done++;
        } catch (error) {
          // It has ended meanwhile, or been forgotten.
          if (error.status !== 409 && error.status !== 404) throw error;
          passed++;
        }
        setText(byId('bulk-count'), `${count(done + passed)} of ${count(all)}…`);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const text = `${count(done)} of ${plural(all, 'task')}${passed > 0 ? `; ${count(passed)} were no longer in that state` : ''}.`;
      setText(byId('bulk-count'), text);
      if (all > 0) new Answer(`${title} all`, curl(this.#api, method, pathOf(tasks[0].id), { body: bodyOf(tasks[0].id) })).done(text, 'done');
    } catch (error) {
      ids.length = 0;
      setText(byId('bulk-problem'), `${error.message} ${count(done)} of ${count(all)} were done.`);
    }
  }
}

function offer(id, n, text) {
  byId(id).disabled = n === 0;
  setText(byId(id), text);
}

// Looks at one task closely: a drawer over the view, with a URL of its own.

import { byId, setText } from '../dom.js';
import { progressOf } from '../format.js';
import { parseExactly } from '../json.js';
import { TaskActs } from './acts.js';
import { showAttempts } from './attempts.js';
import { showContent } from './content.js';
import { showFacts } from './facts.js';
import { TaskHistory } from './history.js';
import { showTree } from './tree.js';

// After these the list of attempts isn't what it was.
const OF_ATTEMPTS = ['started', 'retrying', 'completed', 'failed', 'cancelled'];

export class TaskDialog {
  #api;
  #clock;
  #dialog = byId('task');
  #acts;
  #history = new TaskHistory();
  #id = null;
  #task = null;
  #hasFailed = false;
  #mayPass = false;

  /**
   * @param {import('../api.js').Api} api @param {import('../clock.js').ServerClock} clock
   * @param {{open: (id: string) => void, close: () => void, cancelGroup: (group: string) => void}} ways closed and opened by the URL
   */
  constructor(api, clock, ways) {
    [this.#api, this.#clock] = [api, clock];
    this.#acts = new TaskActs(api, { show: (task) => this.#show(task), open: ways.open, close: ways.close });
    byId('task-close').addEventListener('click', ways.close);
    byId('task-group').addEventListener('click', () => ways.cancelGroup(this.#task.group));
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      ways.close();
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Shows a task. @param {string|undefined} id undefined: none @param {Object|undefined} [known] what the list has of it */
  open(id, known) {
    if (!id) {
      this.#id = this.#task = null;
      if (this.#dialog.open) this.#dialog.close();
      return;
    }

    if (this.#id === id && this.#dialog.open) return;
    [this.#id, this.#task, this.#hasFailed] = [id, null, false];
    this.#history.clear();
    showAttempts([]);
    showTree(null);
    setText(byId('task-missing'), '');
    byId('task-body').hidden = known === undefined;
    if (known) this.#begin(known);
    else setText(byId('task-title'), 'Task');
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    this.#readWhole();
  }

  /** True if the task couldn't be read, or not all of it, and may be there all the same. */
  get hasFailed() {
    return this.isOpen && this.#hasFailed;
  }

  /** True if it failed by what may have passed by now. */
  get isWorthRetrying() {
    return this.hasFailed && this.#mayPass;
  }

  /** Reads the task again, if one is shown: what has happened to it meanwhile isn't known. */
  reload() {
    this.#hasFailed = false;
    if (this.isOpen && this.#id !== null) this.#readWhole();
  }

  /** Writes it anew: times are told in another zone. */
  refresh() {
    if (this.#task) this.#show(this.#task);
  }

  /** Takes in what happened to a task: perhaps the one that is shown. */
  update(kind, task) {
    if (!this.#dialog.open || task.id !== this.#id) return;
    // What it was given stays, and is exact where it was read by itself.
    const known = this.#task;
    if (known === null) this.#begin(task);
    else this.#show(!known.omitted && kind !== 'rescheduled' ? { ...task, input: known.input, omitted: task.omitted?.filter((part) => part === 'result') } : task);
    this.#history.add(kind, task, this.#clock.now());
    if (task.done || task.omitted) this.#readWhole();
    else if (OF_ATTEMPTS.includes(kind)) this.#readAttempts(task);
  }

  #begin(task) {
    setText(byId('task-missing'), '');
    this.#acts.reset(task);
    byId('task-body').hidden = false;
    this.#show(task);
  }

  // Lists and events leave a long input or result out, and numbers lose digits in them.
  async #readWhole() {
    const id = this.#id;
    try {
      const response = await this.#api.open('GET', `tasks/${id}`, { background: true });
      const text = await response.text();
      if (id !== this.#id) return;
      this.#hasFailed = false;
      const [task, { input, result }] = [JSON.parse(text), parseExactly(text)];
      const whole = task.type === undefined ? task : { ...task, input, result };
      if (this.#task === null) this.#begin(whole);
      else this.#show(whole);
      await Promise.all([this.#readAttempts(task), this.#readTree(id)]);
    } catch (error) {
      if (id !== this.#id) return;
      [this.#hasFailed, this.#mayPass] = [error.status !== 404, error.mayPass === true];
      // What is done may be forgotten at once: what it came to has been told.
      if (this.#task === null || (error.status === 404 && !this.#task.done)) this.#showMissing(error);
    }
  }

  async #readAttempts({ id, type }) {
    if (type === undefined) return;
    const { attempts } = await this.#api.call('GET', `tasks/${id}/attempts`, { background: true });
    if (id === this.#id) showAttempts(attempts, this.#task);
  }

  async #readTree(id) {
    const tree = await this.#api.call('GET', `tasks/${id}/tree`, { background: true });
    if (id === this.#id) showTree(tree);
  }

  #showMissing(error) {
    this.#task = null;
    byId('task-body').hidden = true;
    this.#dialog.dataset.status = '';
    setText(byId('task-status'), '');
    setText(byId('task-missing'), error.status === 404 ? 'There is no such task: it has been forgotten, or it is another key’s.' : error.message);
  }

  #show(task) {
    // The answer to a call may come after the event that says more.
    if (this.#task?.done && !task.done) return;
    this.#task = task;
    this.#dialog.dataset.status = task.status;
    setText(byId('task-title'), task.name ?? task.type ?? 'Task');
    setText(byId('task-status'), task.cancelRequested && !task.done ? 'asked to end' : task.status);
    showProgress(task);
    showContent(task);
    showFacts(byId('task-fields'), task);
    this.#acts.show(task);
  }
}

function showProgress({ progress, status }) {
  const place = byId('task-progress');
  place.hidden = !progress || status !== 'running';
  if (place.hidden) return;
  const [bar, words] = place.children;
  // Without a total nobody knows how far it is.
  if (progress.total > 0) bar.value = progress.done / progress.total;
  else bar.removeAttribute('value');
  setText(words, [progressOf(progress), progress.note].filter(Boolean).join(', '));
}

// What failed: by type and error, with the means to run it again.

import { Answer } from '../answers.js';
import { confirmed } from '../confirm.js';
import { curl } from '../curl.js';
import { element } from '../dom.js';
import { count, moment, plural } from '../format.js';
import { link } from '../router.js';
import { PolledView } from './polled.js';
import { button, nothing, table } from './table.js';
import { failures, MOST_FAILED } from './failures.js';
import { Reruns } from './reruns.js';

const SPREADS = { 'at once': 0, '1 minute': 60, '5 minutes': 300, '15 minutes': 900, '1 hour': 3600 };

export class FailedView extends PolledView {
  #reruns = new Reruns(this.api);
  #spread = element('select', { 'aria-label': 'Spread over' }, ...Object.entries(SPREADS).map(([text, seconds]) => element('option', { text: seconds ? `over ${text}` : text, value: seconds })));

  async read() {
    if (!this.#spread.isConnected) this.frame.tools.append(element('label.field-inline', {}, 'Run again ', this.#spread));
    const { types, isCut } = await failures(this.api);
    if (types.length === 0) return [nothing('No task has failed, of those that are kept.')];
    const parts = types.map((type) => this.#type(type));
    if (isCut) parts.push(nothing(`Of the failed tasks the newest ${count(MOST_FAILED)} were looked at.`));
    return parts;
  }

  #type({ type, total, errors }) {
    const fail = (error) => this.frame.fail(error);
    const head = element('div.bar', {},
      element('h3', {}, element('a', { href: link('tasks', { status: 'failed', type }), text: type })), element('span.muted', { text: plural(total, 'task') }),
      button(`Run all ${type} again`, () => this.#runType(type, total), fail));
    const rows = errors.map((error) => [
      error.reason, element('span.detail', { text: error.detail, title: error.detail }), count(error.tasks.length), moment(error.last.finishedAt),
      element('span.bar', {}, element('a', { href: link('failed', { task: error.last.id }), text: 'latest' }), ...this.#again(type, error, fail)),
    ]);
    return element('section', { 'aria-label': type }, head, table(`Failures of ${type}`, ['Error', 'Latest detail', 'Tasks', 'Last', ''], rows));
  }

  // The service does it in one step, and passes over those that were run again before.
  async #runType(type, total) {
    const seconds = Number(this.#spread.value);
    const text = `${plural(total, 'task')} failed; those that have been run again are passed over. The new ones are due ${seconds ? `within ${seconds / 60} min` : 'now'}.`;
    if (!await confirmed({ title: `Run all failed ${type} again?`, text, act: 'Run again', keep: 'Not now', isHarmless: true })) return;
    const query = { status: 'failed', type, spreadSeconds: seconds || undefined };
    const { created } = await this.api.call('POST', 'tasks/rerun', { query });
    new Answer(`Run ${type} again`, curl(this.api, 'POST', 'tasks/rerun', { query })).done(`${plural(created, 'task')} created`, '202');
    this.parts.notice(`${plural(created, 'task')} created.`);
  }

  // What came of it stays beside the error, however often the view is read.
  #again(type, error, fail) {
    const name = nameOf(type, error);
    const summary = this.#reruns.summary(name, error.tasks);
    const shown = summary === '' ? [] : [element('span.muted', { text: summary })];
    if (this.#reruns.isBusy(name)) return [...shown, element('span.muted', { text: 'running them again…' })];
    return this.#reruns.left(error.tasks).length > 0 ? [...shown, button('Run again', () => this.#runError(type, error), fail)] : shown;
  }

  async #runError(type, error) {
    const [name, left] = [nameOf(type, error), this.#reruns.left(error.tasks)];
    if (!await confirmed({ title: `Run ${plural(left.length, 'task')} again?`, text: `${type} that failed with ${error.reason}; due at once.`, act: 'Run again', keep: 'Not now', isHarmless: true })) return;
    if (this.#reruns.isBusy(name)) return;
    const answer = new Answer(`Run ${error.reason} again`, curl(this.api, 'POST', `tasks/${left[0].id}/rerun`));
    const running = this.#reruns.run(name, left);
    this.load();
    const problem = await running;
    const summary = this.#reruns.summary(name, error.tasks);
    if (problem) answer.failed(summary, problem.status ? String(problem.status) : 'failed');
    else answer.done(summary, '202');
    this.parts.notice(summary);
    this.load();
  }
}

const nameOf = (type, { reason }) => JSON.stringify([type, reason]);

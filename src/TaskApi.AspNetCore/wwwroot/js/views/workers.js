// Who asks for work, and what each of them runs.

import { element } from '../dom.js';
import { count, duration, moment, progressOf, titleOf } from '../format.js';
import { link } from '../router.js';
import { PolledView } from './polled.js';
import { nothing, table } from './table.js';

export class WorkersView extends PolledView {
  async read() {
    const [{ workers }, running] = await Promise.all([
      this.api.call('GET', 'work/workers', { background: true }),
      this.api.call('GET', 'tasks', { query: { status: 'running', limit: 1000, order: 'newest' }, background: true }),
    ]);
    const byWorker = Map.groupBy(running.tasks, (task) => task.worker ?? '');
    const known = workers.map((worker) => worker.worker);
    const parts = [workers.length === 0
      ? nothing('Nobody has asked for work in the last minute. Handlers in the service’s own program are not listed until they run something.')
      : table('Workers', ['Worker', 'Queues', 'Runs', 'Last seen', 'Now'], workers.map((worker) => this.#row(worker, byWorker.get(worker.worker) ?? [])))];
    const others = [...byWorker].filter(([worker]) => worker && !known.includes(worker));
    if (others.length > 0) parts.push(element('h3', { text: 'Not heard of in the last minute' }), table('Silent workers', ['Worker', 'Now'], others.map(([worker, tasks]) => [worker, this.#tasks(tasks)])));
    if (running.nextCursor) parts.push(nothing('Of the running tasks the newest 1,000 are shown.'));
    return parts;
  }

  #row({ worker, queues, running, lastSeenAt }, tasks) {
    const ago = (this.parts.clock.now() - Date.parse(lastSeenAt)) / 1000;
    const links = queues.flatMap((queue, i) => [i > 0 ? ', ' : '', element('a', { href: link('tasks', { queue, status: 'pending' }), text: queue })]);
    return [worker, element('span', {}, ...links), count(running), element('span', { text: `${duration(ago)} ago`, title: moment(lastSeenAt) }), this.#tasks(tasks)];
  }

  #tasks(tasks) {
    const now = this.parts.clock.now();
    const shown = tasks.slice(0, 20).map((task) => element('li', {},
      element('a', { href: link('workers', { task: task.id }), text: titleOf(task) }),
      ` since ${moment(task.startedAt)}, ${duration((now - Date.parse(task.startedAt)) / 1000)}${task.attempt > 1 ? `, attempt ${task.attempt}` : ''}${task.progress ? `, ${progressOf(task.progress)}` : ''}`));
    if (tasks.length > shown.length) shown.push(element('li', { text: `and ${count(tasks.length - shown.length)} more` }));
    return element('ul.plain', {}, ...shown);
  }
}

// How the service fares: first what needs somebody's attention, then failures, queues and workers.

import { element } from '../dom.js';
import { count, duration, figure, plural } from '../format.js';
import { link } from '../router.js';
import { failures } from './failures.js';
import { PolledView } from './polled.js';
import { nothing, table } from './table.js';

const HOUR = 3_600_000;
const FULL = 0.8;
// In ms; less is nothing to get up for.
const LATE = 1000;
const LONG_WAIT = 60;

export class OverviewView extends PolledView {
  async read() {
    const { clock } = this.parts;
    const [failed, { queues }, { workers }, { schedules }] = await Promise.all([
      failures(this.api, clock.now() - HOUR),
      this.api.call('GET', 'queues', { query: { limit: 1000 }, background: true }),
      this.api.call('GET', 'work/workers', { background: true }),
      this.api.call('GET', 'schedules', { query: { limit: 1000 }, background: true }),
    ]);
    const waiting = queues.filter((queue) => queue.oldestReadyAt).map((queue) => ({ ...queue, waits: (clock.now() - Date.parse(queue.oldestReadyAt)) / 1000 })).sort((a, b) => b.waits - a.waits);
    const concerns = [...this.#ofQueues(waiting), ...ofFailures(failed.types), ...this.#ofService(), ...ofSchedules(schedules)];
    return [
      element('section.card', { 'aria-label': 'Needs attention' }, element('h3', { text: 'Needs attention' }), concerns.length === 0
        ? nothing('Nothing does.')
        : element('ul.concerns', {}, ...concerns.map(([text, href]) => element('li', {}, element('a', { href, text }))))),
      element('div.columns', {},
        section('Failures in the last hour', failed.types.length === 0 ? nothing('None.') : table('Failures in the last hour', ['Type', 'Failed', 'Most often'],
          failed.types.map(({ type, total, errors }) => [element('a', { href: link('failed'), text: type }), bar(total, failed.types[0].total), errors[0].reason]))),
        section('Waiting longest', waiting.length === 0 ? nothing('Nothing is ready and waiting.') : table('Waiting longest', ['Queue', 'Ready', 'Oldest for'],
          waiting.slice(0, 10).map(({ name, counts, waits }) => [element('a', { href: link('queues'), text: name }), count(counts.ready), duration(waits)]))),
        section('Workers', workers.length === 0 ? nothing('None in the last minute.') : table('Workers', ['Worker', 'Runs'],
          workers.slice(0, 10).map(({ worker, running }) => [element('a', { href: link('workers'), text: worker }), count(running)]))),
        section('Wait for the turn', this.#waits())),
    ];
  }

  #ofQueues(waiting) {
    return waiting.flatMap(({ name, counts, workers, paused, waits }) => {
      const what = `${name}: ${plural(counts.ready, 'task')} ready, the oldest for ${duration(waits)}`;
      if (paused) return [[`${what}; the queue is paused`, link('queues')]];
      if (workers === 0) return [[`${what}; nobody takes from the queue`, link('queues')]];
      return waits > LONG_WAIT ? [[what, link('queues')]] : [];
    });
  }

  #ofService() {
    const { stats } = this.parts;
    const now = stats.current;
    const late = Math.max(0, ...stats.p99.filter((value) => value !== null));
    const concerns = [];
    if (late > LATE) concerns.push([`Messages were up to ${duration(late / 1000)} late in the last five minutes`, link('tasks', { status: 'completed' })]);
    if (now && (now.pending + now.running) / now.capacity > FULL) concerns.push([`${count(now.pending + now.running)} of ${count(now.capacity)} tasks: soon no more are taken`, link('tasks', { status: 'pending' })]);
    if (now?.lost > 0) concerns.push([`${plural(now.lost, 'attempt')} lost since the service started: workers that went away`, link('workers')]);
    return concerns;
  }

  #waits() {
    const waits = this.parts.stats.waits.toSorted((a, b) => a - b);
    if (waits.length === 0) return nothing('No task has started since this page was opened.');
    const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
    return element('p', { text: `From due to started: ${figure(at(0.5))} ms (p50), ${figure(at(0.99))} ms (p99), of the last ${plural(waits.length, 'start')} seen here.` });
  }
}

const section = (title, content) => element('section', { 'aria-label': title }, element('h3', { text: title }), content);

const ofFailures = (types) => types.map(({ type, total, errors }) => [`${count(total)} ${type} failed in the last hour, mostly with ${errors[0].reason}`, link('failed')]);

const ofSchedules = (schedules) => schedules.filter((schedule) => schedule.paused).map(({ name }) => [`The schedule ${name} is paused`, link('schedules', { name })]);

function bar(value, most) {
  return element('span.amount', {}, element('progress', { max: most, value, 'aria-hidden': 'true' }), count(value));
}

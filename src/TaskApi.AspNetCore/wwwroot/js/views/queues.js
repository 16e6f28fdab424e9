// The queues: what waits in them, what bounds them, and who takes from them.

import { confirmed } from '../confirm.js';
import { byId, element, setText } from '../dom.js';
import { clearProblem, number, onSend } from '../forms.js';
import { count, duration, moment } from '../format.js';
import { link } from '../router.js';
import { PolledView } from './polled.js';
import { button, nothing, table } from './table.js';

export class QueuesView extends PolledView {
  async read() {
    const { queues, nextCursor } = await this.api.call('GET', 'queues', { query: { limit: 1000 }, background: true });
    if (queues.length === 0) return [nothing('No task has named a queue yet.')];
    const rows = queues.map((queue) => this.#row(queue));
    const parts = [table('Queues', ['Queue', 'Waiting', 'Running', 'Oldest', 'Workers', 'Bounds', ''], rows)];
    if (nextCursor) parts.push(nothing('The first 1,000 queues are shown.'));
    return parts;
  }

  #row(queue) {
    const { name, counts, oldestReadyAt, workers } = queue;
    const waits = oldestReadyAt ? duration((this.parts.clock.now() - Date.parse(oldestReadyAt)) / 1000) : '';
    const fail = (error) => this.frame.fail(error);
    const acts = element('span.bar', {},
      button(queue.paused ? 'Go on' : 'Pause', () => this.#put(queue, { paused: !queue.paused, pausedUntil: null }), fail),
      button('Edit', () => editQueue(queue, this.parts.clock, (change) => this.#put(queue, change)), fail, 'small quiet'));
    return [
      element('a', { href: link('tasks', { queue: name }), text: name }),
      `${count(counts.ready)} ready, ${count(counts.pending)} later`, count(counts.running),
      element('span', { text: waits, title: oldestReadyAt ? moment(oldestReadyAt) : '' }),
      element(counts.ready > 0 && workers === 0 ? 'strong.bad' : 'span', { text: workers === 0 && counts.ready > 0 ? 'nobody takes from it' : count(workers) }),
      boundsOf(queue), acts,
    ];
  }

  async #put(queue, change) {
    const { maxRunning, maxRunningPerKey, rate, paused, pausedUntil } = queue;
    const given = Object.entries({ maxRunning, maxRunningPerKey, rate, paused, pausedUntil, ...change }).filter(([, value]) => value !== null && value !== undefined);
    if (change.paused && !await confirmed({ title: `Pause ${queue.name}?`, text: 'What runs goes on; nothing more is handed out.', act: 'Pause', keep: 'Not now', isHarmless: true })) return;
    await this.api.call('PUT', `queues/${encodeURIComponent(queue.name)}`, { body: Object.fromEntries(given) });
    await this.load();
  }
}

function boundsOf({ maxRunning, maxRunningPerKey, rate, paused, pausedUntil }) {
  return [
    paused ? `paused${pausedUntil ? ` until ${moment(pausedUntil)}` : ''}` : '',
    maxRunning ? `${count(maxRunning)} at a time` : '', maxRunningPerKey ? `${count(maxRunningPerKey)} for each key` : '',
    rate ? `${count(rate.count)} in ${duration(rate.seconds)}` : '',
  ].filter(Boolean).join(', ') || 'none';
}

let send = null;

/** Lets the bounds be changed. @param {import('../clock.js').ServerClock} clock @param {(change: Object) => Promise<void>} put */
function editQueue(queue, clock, put) {
  const [dialog, form] = [byId('queue-dialog'), byId('queue-form')];
  if (send === null) {
    onSend(form, async () => {
      await send();
      dialog.close();
    });
    byId('queue-close').addEventListener('click', () => dialog.close());
  }
  form.reset();
  clearProblem(form);
  setText(byId('queue-title'), `Queue ${queue.name}`);
  const { elements } = form;
  elements.maxRunning.value = queue.maxRunning ?? '';
  elements.maxRunningPerKey.value = queue.maxRunningPerKey ?? '';
  elements.count.value = queue.rate?.count ?? '';
  elements.seconds.value = queue.rate?.seconds ?? '';
  send = () => {
    const [times, seconds, minutes] = [number(form, 'count'), number(form, 'seconds'), number(form, 'minutes')];
    const pause = minutes ? { paused: true, pausedUntil: new Date(clock.now() + minutes * 60_000).toISOString() } : {};
    const rate = times === undefined && seconds === undefined ? null : { count: times, seconds: seconds ?? 1 };
    return put({ maxRunning: number(form, 'maxRunning') ?? null, maxRunningPerKey: number(form, 'maxRunningPerKey') ?? null, rate, ...pause });
  };
  dialog.showModal();
}

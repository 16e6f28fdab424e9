// The schedules: when they occur, in their zone and the viewer's, and what they made last.

import { Answer } from '../answers.js';
import { confirmed } from '../confirm.js';
import { curl } from '../curl.js';
import { element } from '../dom.js';
import { count, moment } from '../format.js';
import { link } from '../router.js';
import { nextTimes } from './next-times.js';
import { PolledView } from './polled.js';
import { ScheduleDialog } from './schedule-dialog.js';
import { button, nothing } from './table.js';

export class SchedulesView extends PolledView {
  #isSetUp = false;

  async read() {
    if (!this.#isSetUp) this.#setUp();
    const { schedules, nextCursor } = await this.api.call('GET', 'schedules', { query: { limit: 1000 }, background: true });
    const wanted = this.query.name ? schedules.filter((schedule) => schedule.name === this.query.name) : schedules;
    const parts = wanted.map((schedule) => this.#card(schedule));
    if (this.query.name) parts.unshift(element('p', {}, element('a', { href: link('schedules'), text: 'All schedules' })));
    if (wanted.length === 0) parts.push(nothing(this.query.name ? `There is no schedule ${this.query.name}.` : 'No schedules yet.'));
    if (nextCursor) parts.push(nothing('The first 1,000 schedules are shown.'));
    return parts;
  }

  #setUp() {
    this.#isSetUp = true;
    this.frame.tools.append(button('New schedule', () => this.#edit(null), this.frame.fail, 'small primary'));
  }

  #card(schedule) {
    const { name, paused, task, lastAt, lastTaskId } = schedule;
    const fail = (error) => this.frame.fail(error);
    const path = `schedules/${encodeURIComponent(name)}`;
    const acts = element('div.bar', {},
      button(paused ? 'Go on' : 'Pause', () => this.#do('PATCH', path, { paused: !paused }, paused ? 'It goes on.' : 'Paused.'), fail),
      button('Trigger', () => this.#trigger(name, path), fail),
      button('Edit', () => this.#edit(name), fail),
      element('a', { href: link('tasks', { schedule: name }), text: 'history' }),
      button('Delete', () => this.#remove(name, path), fail, 'small danger'));
    return element('section.card.schedule', { 'aria-label': name },
      element('div.bar', {}, element('h3', {}, element('a', { href: link('schedules', { name }), text: name })), element('code', { text: timing(schedule) }), paused ? element('span.badge.paused', { text: 'paused' }) : ''),
      element('p.muted', {}, `makes ${task.type ?? `“${task.message}”`}; while the one before isn’t done: ${schedule.overlap}; missed ones: ${schedule.missed}`),
      nextTimes(schedule),
      element('p', {}, 'Last: ', lastAt ? moment(lastAt) : 'never', ...(lastTaskId ? [', ', element('a', { href: link('schedules', { ...this.query, task: lastTaskId }), text: 'its task' })] : [])), acts);
  }

  async #do(method, path, body, sentence) {
    const answer = await this.api.call(method, path, { body });
    new Answer(`${method} ${path}`, curl(this.api, method, path, { body })).done(sentence, '200');
    this.parts.notice(sentence);
    await this.load();
    return answer;
  }

  async #trigger(name, path) {
    if (!await confirmed({ title: `Trigger ${name} now?`, text: 'It makes a task beside the plan.', act: 'Trigger', keep: 'Not now', isHarmless: true })) return;
    const task = await this.#do('POST', `${path}/trigger`, undefined, `${name} has made a task.`);
    this.parts.router.openTask(task.id);
  }

  async #remove(name, path) {
    if (await confirmed({ title: `Delete ${name}?`, text: 'Its tasks go on; no more are made.', act: 'Delete' })) await this.#do('DELETE', path, undefined, `${name} is deleted.`);
  }

  async #edit(name) {
    await new ScheduleDialog(this.api, () => this.load()).open(name);
  }
}

// In the largest unit of which it is a whole number.
function period(seconds) {
  const [size, unit] = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']].find(([size]) => seconds % size === 0);
  return `${count(seconds / size)} ${unit}`;
}

const timing = ({ cron, everySeconds }) => cron ?? `every ${period(everySeconds)}`;

// Several tasks at once: gathered, taken as they complete, raced, cancelled.

import { Answer, answering } from '../answers.js';
import { confirmed } from '../confirm.js';
import { curl, onCopy } from '../curl.js';
import { byId, setText } from '../dom.js';
import { clearProblem, onSend, text } from '../forms.js';
import { contentOf, plural, titleOf } from '../format.js';
import { readEvents } from '../sse.js';

const MOST_SHOWN = 100;
const AT_ONCE = 8;

const outcomeOf = (task) => (task.status === 'completed' ? contentOf(task) : `${titleOf(task)}: ${task.status}`);
const kindOf = (task) => (task.status === 'completed' ? '' : 'bad');

/** asyncio.gather: all results, in the order asked for. @param {{ids?: string[], group?: string, returnExceptions?: boolean}} body */
export function gather(api, title, body) {
  return answering(new Answer(title, curl(api, 'POST', 'tasks/gather', { body })), async (answer) => {
    const gathered = await api.call('POST', 'tasks/gather', { body });
    gathered.tasks.slice(0, MOST_SHOWN).forEach((task) => answer.line(outcomeOf(task), kindOf(task)));
    if (gathered.tasks.length > MOST_SHOWN) answer.line(`and ${plural(gathered.tasks.length - MOST_SHOWN, 'more result')}`, 'quiet');
    answer.done('', gathered.done ? '200' : '202, not done');
  });
}

/** asyncio.as_completed: each at the moment at which it finishes. @param {{ids?: string[], group?: string}} body */
export function asCompleted(api, title, body) {
  const accept = 'text/event-stream';
  return answering(new Answer(title, curl(api, 'POST', 'tasks/as-completed', { body, accept })), async (answer) => {
    const response = await api.open('POST', 'tasks/as-completed', { body, headers: { Accept: accept } });
    let finished = 0;
    for await (const { data } of readEvents(response)) {
      const task = JSON.parse(data);
      finished++;
      answer.line(outcomeOf(task), kindOf(task));
    }
    answer.done(`${plural(finished, 'task')} finished`, '200');
  });
}

/** asyncio.wait with FIRST_COMPLETED. */
export function race(api, title, ids) {
  const body = { ids, returnWhen: 'firstCompleted' };
  return answering(new Answer(title, curl(api, 'POST', 'tasks/wait', { body })), async (answer) => {
    const { done, pending } = await api.call('POST', 'tasks/wait', { body });
    for (const task of done) answer.line(outcomeOf(task));
    answer.done(`${plural(done.length, 'task')} done, ${pending.length} pending`, '200');
  });
}

/** The bar that acts on what is selected. @param {Set<string>} selected */
export function setUpSelection(api, selected, changed) {
  const act = (id, start) => byId(id).addEventListener('click', () => start([...selected], plural(selected.size, 'task')));
  act('gather', (ids, what) => gather(api, `gather ${what}`, { ids, returnExceptions: byId('return-exceptions').checked }));
  act('as-completed', (ids, what) => asCompleted(api, `as_completed ${what}`, { ids }));
  act('race', (ids, what) => race(api, `wait for the first of ${what}`, ids));
  act('cancel-selected', async (ids, what) => {
    if (await confirmed({ title: `Cancel ${what}?`, text: 'Those that have finished stay as they are.', act: `Cancel ${what}` })) await cancelAll(api, ids, what);
  });
  byId('clear-selection').addEventListener('click', () => {
    selected.clear();
    changed();
  });
}

/** Asks for a reason, then cancels what is pending of a group. */
export class GroupDialog {
  #dialog = byId('group-dialog');
  #group = '';

  /** @param {import('../api.js').Api} api */
  constructor(api) {
    const form = byId('cancel-group');
    const read = () => ({ group: this.#group, reason: text(form, 'reason') });
    onCopy('cancel-group', () => curl(api, 'DELETE', 'tasks', { query: read() }));
    onSend(form, async () => {
      const query = read();
      const { cancelled, requested } = await api.call('DELETE', 'tasks', { query });
      const asked = requested > 0 ? `, ${requested} asked to end` : '';
      new Answer(`Cancel group ${this.#group}`, curl(api, 'DELETE', 'tasks', { query })).done(`${plural(cancelled, 'task')} cancelled${asked}`, '200');
      this.#dialog.close();
    });
    byId('group-close').addEventListener('click', () => this.#dialog.close());
  }

  open(group) {
    this.#group = group;
    setText(byId('group-title'), `Cancel group ${group}`);
    byId('cancel-group').reset();
    clearProblem(byId('cancel-group'));
    this.#dialog.showModal();
  }
}

function cancelAll(api, ids, what) {
  return answering(new Answer(`Cancel ${what}`, curl(api, 'DELETE', `tasks/${ids[0]}`)), async (answer) => {
    const left = [...ids];
    let [cancelled, asked] = [0, 0];
    const worker = async () => {
      for (let id = left.pop(); id; id = left.pop()) {
        try {
          if ((await api.call('DELETE', `tasks/${id}`)).done) cancelled++;
          else asked++;
        } catch (error) {
          if (error.status !== 409 && error.status !== 404) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const late = ids.length - cancelled - asked;
    const rest = [asked > 0 ? `${asked} asked to end` : '', late > 0 ? `${late} had already finished` : ''].filter(Boolean);
    answer.done([`${plural(cancelled, 'task')} cancelled`, ...rest].join('; '), '200');
  });
}

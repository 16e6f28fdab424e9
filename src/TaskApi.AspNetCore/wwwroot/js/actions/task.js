// Looks at one task closely, and acts on it.

import { Answer, answering } from '../answers.js';
import { curl, onCopy } from '../curl.js';
import { byId } from '../dom.js';
import { clearProblem, number, onSend, text } from '../forms.js';
import { reasonOf, resultText, moment, titleOf } from '../format.js';
import { TaskView } from './task-view.js';

export class TaskDialog {
  #api;
  #dialog = byId('task');
  #view = new TaskView();
  #task = null;
  #offered = '';

  /** @param {import('../api.js').Api} api @param {(group: string) => void} cancelGroup */
  constructor(api, cancelGroup) {
    this.#api = api;
    const reschedule = byId('reschedule');
    const cancel = byId('cancel');
    onSend(reschedule, () => this.#patch('Reschedule', this.#readSchedule(reschedule)));
    onSend(cancel, () => this.#cancel(text(cancel, 'reason')));
    onCopy('reschedule', () => curl(api, 'PATCH', this.#path, { body: this.#readSchedule(reschedule) }));
    onCopy('cancel', () => curl(api, 'DELETE', this.#path, { query: { reason: text(cancel, 'reason') } }));
    byId('run-now').addEventListener('click', () => this.#quietly(() => this.#patch('Run now', { delaySeconds: 0 })));
    byId('await').addEventListener('click', () => this.#await());
    byId('task-group').addEventListener('click', () => {
      this.#dialog.close();
      cancelGroup(this.#task.group);
    });
    byId('task-close').addEventListener('click', () => this.#dialog.close());
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open(task) {
    for (const form of this.#dialog.querySelectorAll('form')) {
      form.reset();
      clearProblem(form);
    }

    this.#show(task);
    const field = byId('reschedule').elements.message;
    field.value = task.message ?? '';
    // As the field has it: it knows only one kind of line end.
    this.#offered = field.value;
    this.#dialog.showModal();
  }

  /** Takes in what happened to a task: perhaps the one that is shown. */
  update(task) {
    if (this.#dialog.open && task.id === this.#task?.id) this.#show(task);
  }

  /** Cancels without further questions. */
  async cancelAtOnce(task) {
    await answering(new Answer('Cancel', curl(this.#api, 'DELETE', `tasks/${task.id}`)), async (answer) => {
      answer.done(...cancellation(await this.#api.call('DELETE', `tasks/${task.id}`)));
    });
  }

  async runNow(task) {
    const body = { delaySeconds: 0 };
    await answering(new Answer('Run now', curl(this.#api, 'PATCH', `tasks/${task.id}`, { body })), async (answer) => {
      await this.#api.call('PATCH', `tasks/${task.id}`, { body });
      answer.done('Due now', '200');
    });
  }

  async #patch(title, body) {
    const path = this.#path;
    const task = await this.#api.call('PATCH', path, { body });
    this.#show(task);
    new Answer(title, curl(this.#api, 'PATCH', path, { body })).done(`due ${moment(task.dueAt)}`, '200');
  }

  async #cancel(reason) {
    const path = this.#path;
    const task = await this.#api.call('DELETE', path, { query: { reason } });
    this.#show(task);
    new Answer('Cancel', curl(this.#api, 'DELETE', path, { query: { reason } })).done(...cancellation(task));
  }

  #await() {
    const path = this.#path;
    const query = { waitSeconds: 300 };
    this.#dialog.close();
    return answering(new Answer(`await ${titleOf(this.#task)}`.slice(0, 60), curl(this.#api, 'GET', path, { query })), async (answer) => {
      const task = await this.#api.call('GET', path, { query });
      if (task.status === 'completed') answer.done(resultText(task.result), '200');
      else answer.failed(task.done ? `${task.status}: ${reasonOf(task) || task.error.reason}` : 'not done yet', '200');
    });
  }

  async #quietly(act) {
    try {
      await act();
    } catch (error) {
      byId('reschedule').querySelector('.problem').textContent = error.message;
    }
  }

  #readSchedule(form) {
    const { value } = form.elements.message;
    return { delaySeconds: number(form, 'delaySeconds'), message: value === this.#offered ? undefined : value };
  }

  get #path() {
    return `tasks/${this.#task.id}`;
  }

  #show(task) {
    // The answer to a call may come after the event that says more.
    if (task.id === this.#task?.id && this.#task.done && !task.done) return;
    this.#task = task;
    this.#view.show(task);
    if (task.omitted) this.#showWhole(task);
  }

  // Lists and events leave a long input or result out.
  async #showWhole(task) {
    try {
      const whole = await this.#api.call('GET', `tasks/${task.id}`);
      if (task === this.#task) this.#show(whole);
    } catch {
      // It may have been forgotten: what is shown is all that there is.
    }
  }
}

// A running task is only asked to end.
function cancellation(task) {
  return task.done ? [`${titleOf(task)}: ${task.status}`, '200'] : [`${titleOf(task)}: asked to end`, '202'];
}

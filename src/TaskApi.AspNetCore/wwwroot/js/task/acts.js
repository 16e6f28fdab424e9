// What can be done with the task that is shown. Each has its curl line.

import { Answer, answering } from '../answers.js';
import { cancellation } from '../actions/quick.js';
import { parse } from '../actions/work.js';
import { curl, onCopy } from '../curl.js';
import { byId, setText } from '../dom.js';
import { clearProblem, number, onSend, text } from '../forms.js';
import { moment, reasonOf, resultText, titleOf } from '../format.js';
import { isPlain } from '../json.js';

// What a new task takes over from another one.
const KEPT = ['type', 'queue', 'priority', 'key', 'retry', 'attemptSeconds', 'name', 'group'];
// These have no work of their own that could be done again.
const BUILT_IN = ['gather', 'future'];

export class TaskActs {
  #api;
  #dialog;
  #task = null;
  #offered = '';

  /** @param {import('../api.js').Api} api @param {{show: (task: Object) => void, open: (id: string) => void, close: () => void}} dialog */
  constructor(api, dialog) {
    [this.#api, this.#dialog] = [api, dialog];
    const [reschedule, cancel, edit] = [byId('reschedule'), byId('cancel'), byId('edit-again')];
    this.#act('reschedule', reschedule, () => ['Reschedule', 'PATCH', this.#path, { body: this.#readSchedule(reschedule) }], (answer, task) => answer.done(`due ${moment(task.dueAt)}`, '200'));
    this.#act('cancel', cancel, () => ['Cancel', 'DELETE', this.#path, { query: this.#readCancel(cancel) }], (answer, task) => answer.done(...cancellation(task)));
    this.#act('edit-again', edit, () => ['Run again, edited', 'POST', 'tasks', { body: this.#readEdited(edit) }], (answer, task) => answer.done(`START: ${titleOf(task)}`, '202'));
    this.#act('again', byId('again'), () => ['Run again', 'POST', `${this.#path}/rerun`, {}], (answer, task) => answer.done(`START: ${titleOf(task)}`, '202'));
    this.#act('run-now', byId('due-now'), () => ['Run now', 'PATCH', this.#path, { body: { delaySeconds: 0 } }], (answer, task) => answer.done(`due ${moment(task.dueAt)}`, '200'));
    byId('await').addEventListener('click', () => this.#await());
  }

  /** Begins with another task. */
  reset(task) {
    for (const form of byId('task').querySelectorAll('form')) {
      form.reset();
      clearProblem(form);
    }

    byId('edit-again').closest('details').open = false;
    const field = byId('reschedule').elements.message;
    field.value = task.message ?? '';
    // As the field has it: it knows only one kind of line end.
    this.#offered = field.value;
    this.#task = null;
  }

  /** Offers what is possible as the task is now. */
  show(task) {
    const isWork = task.type !== undefined;
    const edited = byId('edit-again').elements.content;
    if (this.#task === null || (this.#task.omitted && !task.omitted)) edited.value = isWork ? JSON.stringify(task.input ?? null, null, isPlain(task.input ?? null) ? 0 : 2) : task.message;
    this.#task = task;
    setText(byId('edit-again-label'), isWork ? 'Input' : 'Message');
    byId('task-acts').hidden = task.done;
    byId('task-again').hidden = !task.done || BUILT_IN.includes(task.type);
    // What runs can't be moved; what runs a coroutine has no message.
    byId('due-now').hidden = byId('reschedule').hidden = task.status !== 'pending';
    byId('another-message').hidden = isWork;
    byId('force-field').hidden = task.status !== 'running';
    byId('task-group').hidden = task.group === null;
    setText(byId('task-group'), `Cancel group ${task.group}`);
  }

  // A form, its call, and its curl line. A call that makes a task leads to it.
  #act(name, form, read, done) {
    onCopy(name, () => {
      try {
        const [, method, path, options] = read();
        return curl(this.#api, method, path, options);
      } catch (error) {
        form.querySelector('.problem').textContent = error.message;
        return null;
      }
    });
    onSend(form, async () => {
      const [title, method, path, options] = read();
      const task = await this.#api.call(method, path, options);
      done(new Answer(title, curl(this.#api, method, path, options)), task);
      if (task.id === this.#task.id) this.#dialog.show(task);
      else this.#dialog.open(task.id);
    });
  }

  #await() {
    const query = { waitSeconds: 300 };
    const [path, title] = [this.#path, `await ${titleOf(this.#task)}`.slice(0, 60)];
    this.#dialog.close();
    return answering(new Answer(title, curl(this.#api, 'GET', path, { query })), async (answer) => {
      const task = await this.#api.call('GET', path, { query });
      if (task.status === 'completed') answer.done(resultText(task.result), '200');
      else answer.failed(task.done ? `${task.status}: ${reasonOf(task) || task.error.reason}` : 'not done yet', '200');
    });
  }

  #readSchedule(form) {
    const { value } = form.elements.message;
    return { delaySeconds: number(form, 'delaySeconds'), message: value === this.#offered ? undefined : value };
  }

  #readCancel(form) {
    const isForced = form.elements.force.checked && this.#task.status === 'running';
    return { reason: text(form, 'reason'), force: isForced ? 'true' : undefined };
  }

  #readEdited(form) {
    const { value } = form.elements.content;
    const kept = KEPT.map((name) => [name, this.#task[name] ?? undefined]);
    return this.#task.type === undefined
      ? { message: value, name: this.#task.name ?? undefined, group: this.#task.group ?? undefined }
      : { ...Object.fromEntries(kept), input: parse(value) };
  }

  get #path() {
    return `tasks/${this.#task.id}`;
  }
}

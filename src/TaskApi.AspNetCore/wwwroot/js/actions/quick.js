// What a key in the list does to a task, once the viewer has said that it is meant.

import { Answer, answering } from '../answers.js';
import { isReadOnly } from '../api.js';
import { confirmed } from '../confirm.js';
import { curl } from '../curl.js';
import { announce } from '../dom.js';
import { titleOf } from '../format.js';
import { notice } from '../notice.js';

export class QuickActs {
  #api;

  /** @param {import('../api.js').Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** Cancels it. */
  async cancel(task) {
    if (isRefused()) return;
    const about = { title: `Cancel ${titleOf(task)}?`, text: 'A cancelled task stays cancelled.', act: 'Cancel the task' };
    if (task.done) announce(`${titleOf(task)} is ${task.status} already.`);
    else if (await confirmed(about)) await this.#ask('Cancel', 'DELETE', `tasks/${task.id}`, undefined, (answer, done) => answer.done(...cancellation(done)));
  }

  /** Makes a pending one due now. */
  async runNow(task) {
    if (isRefused()) return;
    const about = { title: `Run ${titleOf(task)} now?`, text: 'It is due at once then.', act: 'Run now', keep: 'Not now', isHarmless: true };
    if (task.status !== 'pending') announce(`${titleOf(task)} is ${task.status} already.`);
    else if (await confirmed(about)) await this.#ask('Run now', 'PATCH', `tasks/${task.id}`, { delaySeconds: 0 }, (answer) => answer.done('Due now', '200'));
  }

  /** Runs a finished one again. */
  async runAgain(task) {
    if (isRefused()) return;
    const about = { title: `Run ${titleOf(task)} again?`, text: 'A new task does the same work, at once.', act: 'Run again', keep: 'Not now', isHarmless: true };
    if (!task.done) announce(`${titleOf(task)} is not finished yet.`);
    else if (await confirmed(about)) await this.#ask('Run again', 'POST', `tasks/${task.id}/rerun`, undefined, (answer, made) => answer.done(`START: ${titleOf(made)}`, '202'));
  }

  #ask(title, method, path, body, show) {
    return answering(new Answer(title, curl(this.#api, method, path, { body })), async (answer) => show(answer, await this.#api.call(method, path, { body })));
  }
}

/** What came of it: a running task is only asked to end. */
export function cancellation(task) {
  return task.done ? [`${titleOf(task)}: ${task.status}`, '200'] : [`${titleOf(task)}: asked to end`, '202'];
}

function isRefused() {
  if (isReadOnly()) notice('You may look here, and change nothing.');
  return isReadOnly();
}

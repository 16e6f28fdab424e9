// Example programs, run against this service.

import { Answer, answering } from './answers.js';
import { curl } from './curl.js';
import { sleep } from './demo-worker.js';
import { byId, element } from './dom.js';
import { timeOfDay } from './format.js';
import { boundedQueue, groupWithAFailure, retryWithBackoff } from './work-demos.js';

/** @param {import('./api.js').Api} api */
export function setUpDemos(api) {
  const start = (id, title, demo) => byId(id).addEventListener('click', () => {
    const pace = byId('demo-fast').checked ? 0.2 : 1;
    const answer = new Answer(title);
    answering(answer, () => demo(api, answer, pace, `demo-${Date.now().toString(36)}`));
    answer.revealOnPage();
  });
  start('demo-gather', 'Three tasks and a gather', threeAndGather);
  start('demo-poll', 'Poll until done', pollUntilDone);
  start('demo-cancel', 'Cancel in mid-flight', cancelInMidFlight);
  start('demo-group', 'TaskGroup with a failure', groupWithAFailure);
  start('demo-retry', 'Retry with backoff', retryWithBackoff);
  start('demo-queue', 'A bounded queue', boundedQueue);
}

async function threeAndGather(api, answer, pace, group) {
  const body = [['Bonjour', 10], ['Bore da', 15], ['Hei hei', 20]].map(([message, seconds]) => ({ message, delaySeconds: seconds * pace, group }));
  const { tasks } = await api.call('POST', 'tasks/batch', { body });
  for (const task of tasks) answer.line(`${timeOfDay(task.createdAt)} START: ${task.message}`);
  for (let i = 0; i < 5; i++) {
    answer.line('Doing something useful', 'quiet');
    await sleep(pace);
  }

  answer.line('Waiting for all tasks', 'quiet');
  const question = { ids: tasks.map((task) => task.id) };
  answer.curl(curl(api, 'POST', 'tasks/gather', { body: question }));
  const gathered = await api.call('POST', 'tasks/gather', { body: question });
  for (const task of gathered.tasks) answer.line(`${timeOfDay(task.finishedAt)} END: ${task.message}`);
  answer.done(`gather → ${gathered.results.join(', ')}`);
}

async function pollUntilDone(api, answer, pace, group) {
  const task = await create(api, answer, pace, group);
  while (!(await api.call('GET', `tasks/${task.id}/done`)).done) {
    answer.line('Doing something useful', 'quiet');
    await sleep(pace);
  }

  const { result } = await api.call('GET', `tasks/${task.id}/result`);
  answer.done(`result → ${result}`);
}

async function cancelInMidFlight(api, answer, _, group) {
  // At its own pace, so that there is time to decide.
  const task = await create(api, answer, 1, group);
  answer.curl(curl(api, 'DELETE', `tasks/${task.id}`));
  const yes = element('button.small', { type: 'button', text: 'Yes, cancel it' });
  const said = new Promise((resolve) => { yes.addEventListener('click', () => resolve(true)); });
  const asked = answer.ask(yes);
  try {
    while (!(await api.call('GET', `tasks/${task.id}/done`)).done) {
      answer.line('Task not complete yet. Do you want to cancel it?', 'quiet');
      if (!await Promise.race([said, sleep(1)])) continue;
      answer.line('Cancelling the task');
      const cancelled = await api.call('DELETE', `tasks/${task.id}`);
      answer.failed(`END: ${cancelled.status}`, 'cancelled');
      return;
    }
  } finally {
    asked.remove();
  }

  const { result } = await api.call('GET', `tasks/${task.id}/result`);
  answer.done(`Not cancelled. result → ${result}`);
}

async function create(api, answer, pace, group) {
  const task = await api.call('POST', 'tasks', { body: { message: 'Bonjour', delaySeconds: 10 * pace, group } });
  answer.curl(curl(api, 'GET', `tasks/${task.id}/done`));
  answer.line(`${timeOfDay(task.createdAt)} START: ${task.message}`);
  return task;
}

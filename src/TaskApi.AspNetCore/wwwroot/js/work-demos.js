// The examples that need a worker: the page is that worker, with a queue of its own for each.

import { curl } from './curl.js';
import { DemoWorker, sleep } from './demo-worker.js';
import { count, duration, timeOfDay } from './format.js';

const TYPE = 'demo';

// Whoever closes the page in the midst of it leaves nothing that waits for ever.
const TIMEOUT_SECONDS = 120;

/** A task of the group fails: the others are cancelled, and the group fails when they have cleaned up. */
export async function groupWithAFailure(api, answer, pace, queue) {
  const steps = [['Fetch page 1', 12, false], ['Fetch page 2', 5, true], ['Fetch page 3', 15, false]];
  const body = {
    type: 'gather',
    name: 'TaskGroup',
    group: queue,
    timeoutSeconds: TIMEOUT_SECONDS,
    input: { onFailure: 'cancel', tasks: steps.map(([name, seconds, fails]) => work(name, queue, { seconds: seconds * pace, fails })) },
  };
  await working(api, queue, steps.length, coroutineOf(answer), async () => {
    const gather = await api.call('POST', 'tasks', { body });
    answer.curl(curl(api, 'POST', 'tasks', { body }));
    const { status, error } = await finished(api, gather.id);
    answer.failed(`${error?.reason ?? 'TaskGroup'}: ${error?.detail ?? status}`, status);
  });
}

/** Three errors, then a result; the service waits twice as long after each. */
export async function retryWithBackoff(api, answer, pace, queue) {
  const body = {
    ...work('Download', queue, { seconds: pace, succeedsInAttempt: 4 }),
    retry: { maxAttempts: 4, initialSeconds: 2 * pace, factor: 2, jitter: 0 },
  };
  await working(api, queue, 1, coroutineOf(answer), async () => {
    const task = await api.call('POST', 'tasks', { body });
    answer.curl(curl(api, 'POST', 'tasks', { body }));
    const { result, status, error } = await finished(api, task.id);
    const { attempts } = await api.call('GET', `tasks/${task.id}/attempts`);
    const started = attempts.map((attempt) => Date.parse(attempt.startedAt)).sort((one, other) => one - other);
    for (let i = 1; i < started.length; i++) {
      answer.line(`Attempt ${i + 1} began ${duration((started[i] - started[i - 1]) / 1000)} after the one before`, 'quiet');
    }

    if (status === 'completed') answer.done(`result → ${result}`);
    else answer.failed(`${status}: ${error?.detail ?? ''}`, status);
  });
}

/** Six tasks and a worker with room for all, but a queue of which two may run at once. */
export async function boundedQueue(api, answer, pace, queue) {
  const path = `queues/${queue}`;
  const bound = { maxRunning: 2 };
  const unbound = () => api.call('DELETE', path, { keepalive: true });
  const leave = () => { unbound().catch(() => {}); };
  let running = 0;
  let most = 0;
  const counted = async (task, signal) => {
    most = Math.max(most, ++running);
    try {
      return await coroutineOf(answer)(task, signal);
    } finally {
      running--;
    }
  };

  window.addEventListener('pagehide', leave);
  try {
    await api.call('PUT', path, { body: bound });
    answer.curl(curl(api, 'PUT', path, { body: bound }));
    answer.line('At most 2 of the queue run at once', 'quiet');
    const body = ['A', 'B', 'C', 'D', 'E', 'F'].map((letter) => work(`Report ${letter}`, queue, { seconds: 5 * pace }));
    await working(api, queue, body.length, counted, async () => {
      const { tasks } = await api.call('POST', 'tasks/batch', { body });
      const ended = [];
      for (const task of tasks) ended.push(await finished(api, task.id));
      const completed = ended.filter((task) => task.status === 'completed').length;
      answer.done(`${count(completed)} of ${count(ended.length)} completed, never more than ${count(most)} at once`);
    });
  } finally {
    window.removeEventListener('pagehide', leave);
    await unbound();
  }
}

const work = (name, queue, input) => ({ type: TYPE, name, queue, group: queue, input, timeoutSeconds: TIMEOUT_SECONDS });

// What the page runs for a task, with a line for each thing that happens.
function coroutineOf(answer) {
  const line = (text, kind) => answer.line(`${timeOfDay(Date.now())} ${text}`, kind);
  return async ({ name, input, attempt }, signal) => {
    const what = attempt > 1 ? `${name}, attempt ${attempt}` : name;
    line(`START: ${what}`);
    try {
      await sleep(input.seconds, signal);
      if (input.fails || attempt < input.succeedsInAttempt) throw new Error(`${what}: connection reset`);
    } catch (error) {
      line(signal.aborted ? `CANCELLED: ${what}` : `FAILED: ${what}`, 'bad');
      throw error;
    }

    line(`END: ${what}`);
    return `${name} done`;
  };
}

// The page works on the queue while 'act' goes on. If that breaks off, so do its tasks.
async function working(api, queue, room, coroutine, act) {
  const worker = new DemoWorker(api, queue, room, coroutine);
  worker.start();
  try {
    await act();
  } catch (error) {
    await api.call('DELETE', 'tasks', { query: { group: queue } }).catch(() => {});
    throw error;
  } finally {
    await worker.stop();
  }
}

async function finished(api, id) {
  for (;;) {
    const task = await api.call('GET', `tasks/${id}`, { query: { waitSeconds: 1 } });
    if (task.done) return task;
  }
}

// The line for a terminal that does what a click does.

import { announce, element } from './dom.js';

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * @param {{url: (path: string, query?: Object) => URL, key: string|null}} api
 * @param {string} method @param {string} path
 * @param {{query?: Object, body?: Object, accept?: string}} [options]
 */
export function curl(api, method, path, { query, body, accept } = {}) {
  const parts = [accept ? 'curl -sN' : 'curl -s'];
  if (method !== 'GET' && !(method === 'POST' && body !== undefined)) parts.push(`-X ${method}`);
  parts.push(quote(api.url(path, query).href), ...headers(api, accept));
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`);
  return parts.join(' ');
}

/** A burst: jq makes the tasks, so that the line stays short. */
export function curlBurst(api, task, n, spread) {
  const each = spread > 0 ? `$task + {delaySeconds: (${task.delaySeconds ?? 0} + . * ${spread} / ${n})}` : '$task';
  const make = `jq -nc --argjson task ${quote(JSON.stringify(task))} ${quote(`[range(${n}) | ${each}]`)}`;
  const send = ['curl -s', quote(api.url('tasks/batch').href), ...headers(api), "-H 'Content-Type: application/json' --data-binary @-"].join(' ');
  return `${make} | ${send}`;
}

// Never the key itself: lines get pasted into places.
function headers(api, accept) {
  const all = [];
  if (accept) all.push(`-H ${quote(`Accept: ${accept}`)}`);
  if (api.key) all.push('-H "Authorization: Bearer $TASKAPI_KEY"');
  return all;
}

/** Lets the button of this name copy a line, as it is when it is pressed. @param {() => string|null} line null: there is none */
export function onCopy(name, line) {
  const button = document.querySelector(`[data-copy="${name}"]`);
  button.addEventListener('click', () => {
    const text = line();
    if (text !== null) copy(button, text);
  });
}

/** Copies a line, and says so on the button. @param {string} [what] what it is */
export async function copy(button, line, what = 'curl command') {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(line);
    button.textContent = 'Copied';
    announce(`Copied the ${what}.`);
  } catch {
    // Not allowed, or not a secure page: there it can only be shown.
    button.textContent = 'See below';
    button.parentElement.querySelector('.copied')?.remove();
    button.after(element('code.copied', { text: line, tabindex: '0' }));
    announce(`The browser doesn’t allow copying here, so the ${what} is shown instead.`);
  }

  setTimeout(() => { button.textContent = label; }, 2500);
}

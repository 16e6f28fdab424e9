// Server-Sent Events from a fetch. EventSource can't send an API key.

/**
 * Reads events off a response until it ends.
 * @param {Response} response
 * @param {() => void} [onBytes] called whenever anything arrives, heartbeats included
 * @yields {{id: string, event: string, data: string|null}} null: an id alone
 */
export async function* readEvents(response, onBytes) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = empty();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes?.();
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (line !== '') {
          readLine(line, event);
          continue;
        }
        if (event.data !== null || event.id) yield event;
        event = empty();
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function empty() {
  return { id: '', event: 'message', data: null };
}

function readLine(line, event) {
  const colon = line.indexOf(':');
  if (colon <= 0) return;
  const field = line.slice(0, colon);
  const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
  if (field === 'data') event.data = event.data === null ? value : `${event.data}\n${value}`;
  else if (field === 'id' || field === 'event') event[field] = value;
}

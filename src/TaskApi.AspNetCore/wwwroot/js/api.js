// The service's calls. Every refusal becomes a ProblemError whose message can be shown as it is.

// All services of one host share the storage.
const SCOPE = new URL('.', document.baseURI).pathname;
const KEY = SCOPE === '/' ? 'taskapi.key' : `taskapi.key ${SCOPE}`;

// While it is set the page's styles hide all that changes something.
const READ_ONLY = 'data-read-only';

const UNREACHABLE = { title: 'The service can’t be reached.', detail: 'The service can’t be reached. Is it running?' };

/** True if the key, or the program that has the service in it, lets look and change nothing. */
export const isReadOnly = () => document.documentElement.hasAttribute(READ_ONLY);

// Too many calls, or not just now: the service's own, and those of what stands before it.
const PASSING = [429, 502, 503, 504];

export class ProblemError extends Error {
  /** @param {{title?: string, detail?: string, status?: number, type?: string, errors?: Object}} problem RFC 9457 */
  constructor(problem) {
    super(problem.detail || problem.title || 'The service refused the call.');
    this.problem = problem;
    this.status = problem.status ?? 0;
    this.errors = problem.errors ?? {};
    /** When the service says that it may be asked again, in seconds from then; 0: it doesn't. */
    this.retryAfter = problem.retryAfter ?? 0;
  }

  /** True if the same call may go well in a while. */
  get mayPass() {
    return this.isUnreachable || PASSING.includes(this.status);
  }

  /** True if the service didn't answer at all. */
  get isUnreachable() {
    return this.problem === UNREACHABLE;
  }
}

export class Api {
  #askKey;
  #asking = null;
  #keyChange = new AbortController();
  // Kept until there is a key: whoever doesn't give one isn't asked again and again.
  #isRefused = false;
  #clock;

  /**
   * @param {(sentence: string) => Promise<string|null>} askKey asks the user for an API key; null: refused
   * @param {import('./clock.js').ServerClock} clock learns the server's time from the answers
   */
  constructor(askKey, clock) {
    this.#askKey = askKey;
    this.#clock = clock;
  }

  get key() {
    return sessionStorage.getItem(KEY);
  }

  /** The path under which the service stands: a host may have several. */
  get scope() {
    return SCOPE;
  }

  /** A signal for the next time that another key is in use. */
  keyChange() {
    return this.#keyChange.signal;
  }

  /** True if a key is needed, and nobody gave one. */
  get lacksKey() {
    return this.#isRefused;
  }

  /** Goes on at once, or if a key is needed, when there is another one. */
  async mayCall() {
    const change = this.keyChange();
    if (this.#isRefused && !change.aborted) await new Promise((resolve) => change.addEventListener('abort', resolve, { once: true }));
  }

  /** Asks for a key now. */
  async giveKey() {
    await this.#newKey(this.key, new ProblemError({}));
  }

  forgetKey() {
    sessionStorage.removeItem(KEY);
  }

  url(path, query) {
    const url = new URL(path, document.baseURI);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
    }
    return url;
  }

  /** Answers with the JSON of a success; null if there is nothing to say. @throws {ProblemError} */
  async call(method, path, options = {}) {
    const { signal } = options;
    const response = await this.open(method, path, options);
    if (response.status === 204) return null;
    try {
      return await response.json();
    } catch (error) {
      throw signal?.aborted ? error : unreachable();
    }
  }

  /**
   * Answers with a response whose head says success; its body is still to be read.
   * @param {{query?: Object, body?: any, signal?: AbortSignal, headers?: Object, background?: boolean, keepalive?: boolean}} [options]
   *   background: nobody has just asked for it, so if a key was refused it isn't asked for again; keepalive: it goes out even if the page is closed
   * @throws {ProblemError}
   */
  async open(method, path, { query, body, signal, headers, background, keepalive } = {}) {
    for (;;) {
      const used = this.key;
      const response = await this.#send(this.url(path, query), method, body, signal, headers, used, keepalive);
      if (response.ok) return response;
      const problem = new ProblemError({ status: response.status, ...await readProblem(response), retryAfter: Number(response.headers.get('Retry-After')) || 0 });
      if (response.status !== 401 || (background && this.#isRefused && this.key === used) || !await this.#newKey(used, problem)) throw problem;
    }
  }

  async #send(url, method, body, signal, extra, key, keepalive) {
    const headers = { ...extra };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key) headers.Authorization = `Bearer ${key}`;
    const sent = Date.now();
    try {
      const response = await fetch(url, {
        method, headers, signal, keepalive, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store', // A cookie of the program that has the service in it goes along.
        credentials: 'same-origin',
      });
      document.documentElement.toggleAttribute(READ_ONLY, response.headers.get('TaskApi-Access') === 'read-only');
      this.#clock.learn(response.headers.get('Date'), sent);
      return response;
    } catch (error) {
      throw signal?.aborted ? error : unreachable();
    }
  }

  // All calls that are refused at the same time share one question.
  async #newKey(used, problem) {
    if (this.key !== used) return true;
    this.#asking ??= this.#askKey(used ? problem.message : '').finally(() => { this.#asking = null; });
    const key = await this.#asking;
    const wasRefused = this.#isRefused;
    this.#isRefused = !key;
    if (!key) return false;
    // Whoever asked first has it already. Where none was given before, all wait for this one, even if it is that of before.
    if (this.key === key && !wasRefused) return true;
    sessionStorage.setItem(KEY, key);
    this.#keyChange.abort();
    this.#keyChange = new AbortController();
    return true;
  }
}

async function readProblem(response) {
  try {
    return await response.json();
  } catch {
    return { title: `The service answered ${response.status} ${response.statusText}.` };
  }
}

function unreachable() {
  return new ProblemError(UNREACHABLE);
}

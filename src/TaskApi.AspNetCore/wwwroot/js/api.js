// The service's calls. Every refusal becomes a ProblemError whose message can be shown as it is.

// All services of one host share the storage.
const SCOPE = new URL('.', document.baseURI).pathname;
const KEY = SCOPE === '/' ? 'taskapi.key' : `taskapi.key ${SCOPE}`;

export class ProblemError extends Error {
  /** @param {{title?: string, detail?: string, status?: number, type?: string, errors?: Object}} problem RFC 9457 */
  constructor(problem) {
    super(problem.detail || problem.title || 'The service refused the call.');
    this.problem = problem;
    this.status = problem.status ?? 0;
    this.errors = problem.errors ?? {};
  }
}

export class Api {
  #askKey;
  #asking = null;
  #keyChange = new AbortController();
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

  /** Answers with the JSON of a success. @throws {ProblemError} */
  async call(method, path, { query, body, signal } = {}) {
    const response = await this.open(method, path, { query, body, signal });
    try {
      return await response.json();
    } catch (error) {
      throw signal?.aborted ? error : unreachable();
    }
  }

  /** Answers with a response whose head says success; its body is still to be read. @throws {ProblemError} */
  async open(method, path, { query, body, signal, headers } = {}) {
    for (;;) {
      const used = this.key;
      const response = await this.#send(this.url(path, query), method, body, signal, headers, used);
      if (response.ok) return response;
      const problem = new ProblemError({ status: response.status, ...await readProblem(response) });
      if (response.status !== 401 || !await this.#newKey(used, problem)) throw problem;
    }
  }

  async #send(url, method, body, signal, extra, key) {
    const headers = { ...extra };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key) headers.Authorization = `Bearer ${key}`;
    const sent = Date.now();
    try {
      const response = await fetch(url, {
        method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store', credentials: 'omit',
      });
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
    if (!key) return false;
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
  return new ProblemError({ title: 'The service can’t be reached.', detail: 'The service can’t be reached. Is it running?' });
}

// Which tasks are shown: by group, by text, and (with the counters) by status; and which page of them.

import { byId, setText } from './dom.js';
import { count } from './format.js';

const TYPING = 250;

export class Filters {
  #feed;
  #page;

  /**
   * @param {import('./feed.js').Feed} feed @param {import('./task-page.js').TaskPage} page
   * @param {{cancelGroup: (group: string) => void, gatherGroup: (group: string) => void, newest: () => void}} acts
   */
  constructor(feed, page, acts) {
    [this.#feed, this.#page] = [feed, page];
    whileTyping(byId('search'), (text) => feed.show({ text }));
    whileTyping(byId('group'), (group) => feed.show({ group }));
    byId('filters').addEventListener('submit', (event) => event.preventDefault());
    byId('older').addEventListener('click', () => feed.older());
    byId('newer').addEventListener('click', () => feed.newer());
    byId('arrivals').addEventListener('click', acts.newest);
    byId('cancel-this-group').addEventListener('click', () => acts.cancelGroup(feed.filter.group));
    byId('gather-this-group').addEventListener('click', () => acts.gatherGroup(feed.filter.group));
    byId('clear-filters').addEventListener('click', () => this.clear());
  }

  /** Shows everything. */
  clear() {
    byId('search').value = byId('group').value = '';
    this.#feed.show({ status: '', group: '', text: '' });
  }

  /** Says what is shown. @param {{error: string, busy: boolean}} state */
  update({ error, busy }) {
    const { status, group, text } = this.#feed.filter;
    const [shown, waiting] = [this.#page.length, this.#page.waiting];
    const isFiltered = Boolean(status || group || text);
    setText(byId('tasks-problem'), error);
    byId('grid').setAttribute('aria-busy', String(busy));
    byId('group-acts').hidden = !group;
    byId('clear-filters').hidden = !isFiltered;
    byId('older').disabled = !this.#feed.hasOlder;
    byId('newer').disabled = this.#page.isNewest;
    byId('empty').hidden = shown > 0 || busy || error !== '';
    setText(byId('empty-sentence'), isFiltered ? 'No matching tasks.' : 'No tasks yet. Create one, or run an example.');
    byId('arrivals').hidden = waiting === 0;
    setText(byId('arrivals'), `${count(waiting)} new ↑`);
    const place = this.#page.isNewest ? (this.#feed.hasOlder ? 'the newest ' : '') : `page ${this.#feed.pageNumber}: `;
    setText(byId('shown'), `${place}${count(shown)} ${status || 'task'}${status || shown === 1 ? '' : 's'}`);
  }
}

function whileTyping(field, act) {
  let timer = 0;
  let last = '';
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const value = field.value.trim();
      if (value !== last || value === '') act(last = value);
    }, TYPING);
  });
}

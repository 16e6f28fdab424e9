// Which tasks are shown: by group, by text, and (with the counters) by status; and which page of them.

import { isReadOnly } from './api.js';
import { byId, element, setText } from './dom.js';
import { KEY_NEEDED } from './feed.js';
import { isFiltering } from './filter.js';
import { count } from './format.js';
import { Times } from './times.js';

const TYPING = 250;
const MORE = ['type', 'queue', 'key', 'schedule', 'parent'];

export class Filters {
  #feed;
  #page;
  #times;
  #fields = { text: byId('search'), group: byId('group'), ...fieldsOf(byId('filters'), MORE) };

  /**
   * @param {import('./feed.js').Feed} feed @param {import('./task-page.js').TaskPage} page
   * @param {{filter: (filter: Object, isTyping?: boolean) => void, all: () => void, cancelGroup: (group: string) => void, gatherGroup: (group: string) => void, newest: () => void, giveKey: () => void}} acts
   */
  constructor(feed, page, acts) {
    [this.#feed, this.#page] = [feed, page];
    for (const [name, field] of Object.entries(this.#fields)) whileTyping(field, (value) => acts.filter({ ...feed.filter, [name]: value, ...(name === 'text' && value ? { sort: '' } : {}) }, true));
    byId('sort').addEventListener('change', ({ target }) => acts.filter({ ...feed.filter, sort: target.value, ...(target.value ? { status: 'pending', text: '' } : {}) }));
    this.#times = new Times((span) => acts.filter({ ...feed.filter, ...span }));
    byId('filters').addEventListener('submit', (event) => event.preventDefault());
    byId('older').addEventListener('click', () => feed.older());
    byId('newer').addEventListener('click', () => feed.newer());
    byId('arrivals').addEventListener('click', acts.newest);
    byId('cancel-this-group').addEventListener('click', () => acts.cancelGroup(feed.filter.group));
    byId('gather-this-group').addEventListener('click', () => acts.gatherGroup(feed.filter.group));
    for (const id of ['more-filters', 'created']) closeWhenLeft(byId(id));
    byId('act-on-all').addEventListener('click', acts.all);
    byId('clear-filters').addEventListener('click', () => acts.filter({}));
    byId('group').addEventListener('focus', () => suggest(byId('groups'), page.valuesOf((task) => task.group)));
    byId('give-key').addEventListener('click', acts.giveKey);
  }

  /** Shows in the fields what is filtered by. */
  show(filter) {
    for (const [name, field] of Object.entries(this.#fields)) {
      if (field.value.trim() !== filter[name]) field.value = filter[name];
    }
    byId('sort').value = filter.sort;
    this.#times.show(filter);
    const n = MORE.filter((name) => filter[name]).length;
    setText(byId('more-filters').querySelector('summary'), n > 0 ? `More (${n})` : 'More');
  }

  /** Says what is shown. @param {{error: string, busy: boolean}} state */
  update({ error, busy }) {
    const { filter } = this.#feed;
    const { group } = filter;
    const [shown, waiting] = [this.#page.length, this.#page.waiting];
    const isFiltered = isFiltering(filter);
    const needsKey = error === KEY_NEEDED;
    setText(byId('tasks-problem'), needsKey ? '' : error);
    byId('grid').setAttribute('aria-busy', String(busy));
    byId('group-acts').hidden = !group;
    byId('clear-filters').hidden = !isFiltered;
    byId('older').disabled = !this.#feed.hasOlder;
    byId('newer').disabled = this.#page.isNewest;
    byId('empty').hidden = !needsKey && (shown > 0 || busy || error !== '');
    byId('give-key').hidden = !needsKey;
    setText(byId('empty-sentence'), needsKey ? KEY_NEEDED : isFiltered ? 'No matching tasks.' : `No tasks yet.${isReadOnly() ? '' : ' Create one, or run an example.'}`);
    byId('arrivals').hidden = waiting === 0;
    setText(byId('arrivals'), `${count(waiting)} new ↑`);
    setText(byId('shown'), needsKey ? '' : this.#countOf(shown, filter, busy));
  }

  // What was counted: the newest page, one further down, or what has been found of a text.
  #countOf(shown, { status, text, sort }, busy) {
    if (sort) return `${this.#page.isNewest ? '' : `page ${this.#feed.pageNumber}: `}${count(shown)} pending, due soonest first`;
    const noun = status ? '' : shown === 1 ? ' task' : ' tasks';
    const what = `${count(shown)}${status ? ` ${status}` : noun}`;
    const place = this.#page.isNewest ? '' : `page ${this.#feed.pageNumber}: `;
    if (text) return `${place}${what} found${busy || this.#feed.hasOlder ? ' so far' : ''}`;
    return `${place || (this.#feed.hasOlder ? 'the newest ' : '')}${what}`;
  }
}

/** Fills a list of suggestions. */
function suggest(list, values) {
  list.replaceChildren(...values.slice(0, 100).map((value) => element('option', { value })));
}

// It lies over the list.
function closeWhenLeft(details) {
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary').focus();
  });
  document.addEventListener('pointerdown', (event) => { details.open &&= details.contains(event.target); });
  details.addEventListener('focusout', (event) => { details.open &&= event.relatedTarget === null || details.contains(event.relatedTarget); });
}

const fieldsOf = (form, names) => Object.fromEntries(names.map((name) => [name, form.elements[name]]));

function whileTyping(field, act) {
  let timer = 0;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => act(field.value.trim()), TYPING);
  });
}

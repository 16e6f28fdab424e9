// Where one is in the page, as the URL has it: #/view?filter&task=id. So back, forward, reload and links lead there.

const VIEWS = ['tasks', 'overview', 'failed', 'schedules', 'queues', 'workers'];

/** The link to a place. @param {string} view @param {Object} [query] what is empty is left out */
export function link(view, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '' && value !== null && value !== undefined)).toString();
  return `#/${view}${search ? `?${search}` : ''}`;
}

export class Router {
  #changed;

  /** @param {(place: {view: string, query: Object}) => void} changed */
  constructor(changed) {
    this.#changed = changed;
    window.addEventListener('popstate', () => changed(this.place));
    // Links to a part of the page are no places.
    document.addEventListener('click', (event) => {
      const target = event.target.closest('a[href^="#"]:not([href^="#/"])');
      if (!target) return;
      event.preventDefault();
      focus(document.querySelector(target.getAttribute('href')));
    });
  }

  /** @returns {{view: string, query: Object}} */
  get place() {
    const [, view, search] = /^#\/([a-z]*)(?:\?(.*))?$/.exec(location.hash) ?? [];
    return { view: VIEWS.includes(view) ? view : 'tasks', query: Object.fromEntries(new URLSearchParams(search ?? '')) };
  }

  /** Goes to a place. @param {boolean} [replaced] it takes the place of the one before in the history */
  go(view, query, replaced = false) {
    const target = link(view, query);
    if (target === location.hash) return;
    if (replaced) history.replaceState(history.state, '', target);
    else history.pushState({ isWithin: true }, '', target);
    this.#changed(this.place);
  }

  /** Opens a task over the view that is shown. @param {boolean} [replaced] in place of the one that is open */
  openTask(id, replaced = false) {
    const { view, query } = this.place;
    this.go(view, { ...query, task: id }, replaced);
  }

  /** Closes it: back to where it was opened from, if that was here. */
  closeTask() {
    const { view, query } = this.place;
    if (!query.task) return;
    if (history.state?.isWithin) history.back();
    else this.go(view, { ...query, task: '' }, true);
  }
}

function focus(target) {
  target.scrollIntoView({ block: 'nearest' });
  if (target.tabIndex < 0 && !target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1');
  target.focus();
}

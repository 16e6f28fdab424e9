// Tables of the views.

import { element } from '../dom.js';

/**
 * @param {string} label what it is a table of
 * @param {string[]} heads
 * @param {(Node|string)[][]} rows
 */
export function table(label, heads, rows) {
  const cells = (values) => values.map((value, i) => element(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, value));
  return element('div.card.wide', { tabindex: '0', role: 'group', 'aria-label': label }, element('table', { 'aria-label': label },
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text === '' ? element('span.spoken', { text: 'Actions' }) : text)))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row))))));
}

/** A sentence where there is nothing. */
export const nothing = (sentence) => element('p.muted.nothing', { text: sentence });

/** A button that changes something, and is blocked meanwhile. @param {(error: Error) => void} fail */
export function button(text, act, fail, kind = 'small') {
  const made = element(`button.changes.${kind.replaceAll(' ', '.')}`, { type: 'button', text });
  made.addEventListener('click', async () => {
    if (made.getAttribute('aria-disabled') === 'true') return;
    made.setAttribute('aria-disabled', 'true');
    try {
      await act(made);
    } catch (error) {
      fail(error);
    } finally {
      made.removeAttribute('aria-disabled');
    }
  });
  return made;
}

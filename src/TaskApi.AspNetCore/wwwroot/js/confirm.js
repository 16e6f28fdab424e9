// Asks before what can't be undone.

import { byId, setText } from './dom.js';

/**
 * @param {{title: string, text?: string, act: string, keep?: string, isHarmless?: boolean}} question act: what the button says
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text = '', act, keep = 'Keep', isHarmless = false }) {
  const dialog = byId('confirm');
  const [yes, no] = [byId('confirm-yes'), byId('confirm-no')];
  setText(byId('confirm-title'), title);
  setText(byId('confirm-text'), text);
  setText(yes, act);
  setText(no, keep);
  yes.className = isHarmless ? 'primary' : 'danger';
  dialog.showModal();
  return new Promise((resolve) => {
    const end = new AbortController();
    const answer = (value) => {
      end.abort();
      dialog.close();
      resolve(value);
    };
    yes.addEventListener('click', () => answer(true), { signal: end.signal });
    no.addEventListener('click', () => answer(false), { signal: end.signal });
    dialog.addEventListener('cancel', () => answer(false), { signal: end.signal });
  });
}

// Light or dark: the system's choice, unless the viewer has made one.

import { byId } from './dom.js';

const STORED = 'taskapi.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** @param {() => void} changed the colours have changed */
export function setUpTheme(changed) {
  const button = byId('theme');
  const show = () => {
    const chosen = localStorage.getItem(STORED);
    const isDark = chosen ? chosen === 'dark' : system.matches;
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    button.setAttribute('aria-pressed', String(isDark));
    changed();
  };
  button.addEventListener('click', () => {
    const wanted = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
    // The system's own choice needs no memory: it is followed again.
    if ((wanted === 'dark') === system.matches) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, wanted);
    show();
  });
  system.addEventListener('change', show);
  show();
}

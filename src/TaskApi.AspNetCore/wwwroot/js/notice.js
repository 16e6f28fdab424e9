// A sentence at the foot of the page that says what has just been done, and goes by itself.

import { byId, setText } from './dom.js';

const STAYS = 6000;
let timer = 0;

/** @param {string} sentence */
export function notice(sentence) {
  const place = byId('notice');
  setText(place, sentence);
  place.classList.add('shown');
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.classList.remove('shown');
    setText(place, '');
  }, STAYS);
}

// Shows any JSON: short values in a line, others as a tree that can be folded, texts of several lines as such.

import { element } from './dom.js';
import { isPlain } from './json.js';

const LINE = 60;
const MOST_NODES = 2000;
const OPEN_CHILDREN = 30;
const OPEN_DEPTH = 3;

/** @param {any} value as it was parsed @returns {HTMLElement} */
export function jsonView(value) {
  const line = JSON.stringify(value);
  if (line.length <= LINE || isPlain(value)) return element('div.json', {}, plain(value));
  return element('div.json.tree', {}, node(value, 0, { left: MOST_NODES }));
}

function node(value, depth, budget) {
  if (isPlain(value)) return plain(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return element('span', { text: isList ? '[]' : '{}' });
  const list = element('ul');
  const fold = element('details', { open: depth < OPEN_DEPTH && entries.length <= OPEN_CHILDREN }, element('summary', { text: sizeOf(isList, entries.length) }), list);
  for (const [i, [key, child]] of entries.entries()) {
    if (budget.left-- <= 0) {
      list.append(element('li.more', { text: `and ${entries.length - i} more: Copy has all` }));
      break;
    }
    const name = isList ? element('span.index', { text: key }) : element('span.key', { text: JSON.stringify(key) });
    list.append(element('li', {}, name, ': ', node(child, depth + 1, budget)));
  }
  return fold;
}

const sizeOf = (isList, n) => (isList ? `[ ${n} ]` : `{ ${n} }`);

function kindOf(value) {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return isPlain(value) ? 'number' : 'short';
}

function plain(value) {
  if (typeof value === 'string' && value.includes('\n')) return element('pre', { text: value, tabindex: '0' });
  return element(`span.${kindOf(value)}`, { text: JSON.stringify(value) });
}

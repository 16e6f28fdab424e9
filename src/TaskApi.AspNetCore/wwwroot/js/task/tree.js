// What a task waits for and what it has created, and so on, as a tree of links.

import { byId, element, setText } from '../dom.js';
import { link } from '../router.js';

/** @param {{task: Object, truncated: boolean}|null} tree as the service tells it; null: none */
export function showTree(tree) {
  const [part, place] = [byId('task-tree-part'), byId('task-tree')];
  const below = tree === null ? [] : childrenOf(tree.task);
  part.hidden = below.length === 0;
  setText(byId('task-tree-note'), tree?.truncated ? 'There may be more than is shown.' : '');
  // A link that has the focus is not to be lost under it.
  const text = JSON.stringify(below);
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  place.replaceChildren(...below.map(item));
}

const childrenOf = ({ awaits, created }) => [...awaits.map((node) => ({ how: 'waits for', node })), ...created.map((node) => ({ how: 'created', node }))];

function item({ how, node }) {
  const { id, name, type, status, repeated } = node;
  const title = [type ?? 'message', name].filter(Boolean).join(' ');
  const line = element('div.tree-line', { 'data-status': status },
    element('span.muted', { text: how }), ' ', element('a', { href: link('tasks', { task: id }), text: title, title: id, dir: 'auto' }), ' ',
    element('span.status', { text: repeated ? `${status}, shown above` : status }));
  const below = childrenOf(node);
  return element('li', {}, line, ...(below.length > 0 ? [element('ul', {}, ...below.map(item))] : []));
}

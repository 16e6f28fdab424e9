// The grid under keyboard and mouse: one row is active, and keys act on it.

/**
 * @param {HTMLElement} grid @param {import('./timeline.js').Timeline} timeline @param {import('../task-page.js').TaskPage} page
 * @param {{open: (task: Object) => void, toggle: (task: Object) => void, cancel: (task: Object) => void, runNow: (task: Object) => void, again: (task: Object) => void}} commands
 */
export function listenToGrid(grid, timeline, page, commands) {
  const go = (row) => {
    if (page.length === 0) return;
    timeline.active = page.at(Math.min(page.length - 1, Math.max(0, row))).id;
    timeline.reveal();
  };
  const moves = {
    ArrowDown: (row) => row + 1,
    ArrowUp: (row) => row - 1,
    PageDown: (row) => row + 10,
    PageUp: (row) => row - 10,
    Home: () => 0,
    End: () => page.length - 1,
  };
  const acts = {
    Enter: commands.open,
    ' ': commands.toggle,
    Escape: () => grid.blur(),
    Delete: commands.cancel,
    Backspace: commands.cancel,
    n: commands.runNow,
    r: commands.again,
  };

  grid.addEventListener('focus', () => {
    if (page.rowOf(timeline.active) < 0) go(0);
    timeline.invalidate();
  });
  grid.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const [move, act] = [moves[event.key], acts[event.key]];
    if (!move && !act) return;
    event.preventDefault();
    const task = page.get(timeline.active);
    if (move) go(move(page.rowOf(timeline.active)));
    else if (task) act(task);
    timeline.invalidate();
  });
  grid.addEventListener('click', (event) => {
    const task = event.target.closest('.scroller') && timeline.taskAt(event);
    if (!task) return;
    timeline.active = task.id;
    if (event.target.closest('.pick') || event.ctrlKey || event.metaKey) commands.toggle(task);
    else commands.open(task);
    timeline.invalidate();
  });
}

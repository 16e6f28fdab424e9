// The page, put together.

import { GroupDialog, gather, setUpSelection } from './actions/many.js';
import { setUpCreate } from './actions/create.js';
import { QuickActs } from './actions/quick.js';
import { Api } from './api.js';
import { BulkDialog } from './bulk/dialog.js';
import { ServerClock } from './clock.js';
import { Connection } from './connection.js';
import { setUpDemos } from './demos.js';
import { announce, byId, setText } from './dom.js';
import { Feed } from './feed.js';
import { Filters } from './filters.js';
import { filterOf } from './filter.js';
import { plural, titleOf } from './format.js';
import { clearUnreachable } from './forms.js';
import { KeyPrompt } from './key-prompt.js';
import { notice } from './notice.js';
import { Numbers } from './numbers.js';
import { Router } from './router.js';
import { SharedStream } from './shared-stream.js';
import { Stats } from './stats.js';
import { TaskDialog } from './task/dialog.js';
import { TaskPage } from './task-page.js';
import { setUpTheme } from './theme.js';
import { setUpZone } from './zone.js';
import { Attempts } from './timeline/attempts.js';
import { listenToGrid } from './timeline/keys.js';
import { Timeline } from './timeline/timeline.js';
import { Views } from './views/views.js';

const clock = new ServerClock();
const keyPrompt = new KeyPrompt();
const api = new Api((sentence) => keyPrompt.ask(sentence), clock);
const page = new TaskPage();
const selected = new Set();
const scroller = byId('scroller');
const parts = { scroller, sheet: byId('sheet'), layer: byId('layer'), lanes: byId('lanes'), axis: byId('axis'), grid: byId('grid') };
const attempts = new Attempts(api, () => timeline.invalidate());
const timeline = new Timeline(parts, page, clock, selected, attempts);

let feedState = { error: '', busy: true };
const feed = new Feed(api, page, (state) => {
  feedState = state;
  numbers.mark(feed.filter.status);
  show();
});
const stats = new Stats(api);
const router = new Router((place) => go(place));
const showTasks = (filter, isTyping = false) => router.go('tasks', filter, isTyping);
const numbers = new Numbers(stats, (status) => showTasks({ ...(router.place.view === 'tasks' ? feed.filter : {}), status, ...(status === 'pending' ? {} : { sort: '' }) }));
const groupDialog = new GroupDialog(api);
const quick = new QuickActs(api);
const taskDialog = new TaskDialog(api, clock, {
  open: (id) => router.openTask(id, true),
  close: () => router.closeTask(),
  cancelGroup: (group) => groupDialog.open(group),
});
const views = new Views(api, { router, clock, stats, notice });
const bulk = new BulkDialog(api);
const filters = new Filters(feed, page, {
  filter: showTasks,
  all: () => bulk.open(feed.filter),
  cancelGroup: (group) => groupDialog.open(group),
  gatherGroup: (group) => gather(api, `gather the group ${group}`, { group, returnExceptions: byId('return-exceptions').checked }),
  giveKey: () => api.giveKey(),
  newest() {
    scroller.scrollTop = 0;
    parts.grid.blur();
    show();
  },
});

function go({ view, query }) {
  views.show(view, query);
  if (view === 'tasks') {
    const filter = filterOf(query);
    filters.show(filter);
    if (feed.adopt(filter)) feed.reload();
  }
  taskDialog.open(query.task, page.get(query.task));
}

// What is being looked at or worked on stays where it is: new tasks wait.
function isBusy() {
  return scroller.scrollTop > 0 || taskDialog.isOpen || (document.hasFocus() && document.activeElement === parts.grid);
}

// However many events come, what they change is shown once a frame.
let isShowing = false;
function show() {
  timeline.invalidate();
  if (isShowing) return;
  isShowing = true;
  requestAnimationFrame(() => {
    isShowing = false;
    page.hold(isBusy());
    filters.update(feedState);
  });
}

function showSelection() {
  byId('selection').hidden = selected.size === 0;
  setText(byId('selection-count'), `${plural(selected.size, 'task')} selected`);
  timeline.invalidate();
}

function toggle(task) {
  if (!selected.delete(task.id)) selected.add(task.id);
  announce(`${titleOf(task)} ${selected.has(task.id) ? 'selected' : 'deselected'}`);
  showSelection();
}

listenToGrid(parts.grid, timeline, page, {
  open: (task) => router.openTask(task.id),
  toggle,
  cancel: (task) => quick.cancel(task),
  runNow: (task) => quick.runNow(task),
  again: (task) => quick.runAgain(task),
});
scroller.addEventListener('scroll', show, { passive: true });
for (const kind of ['focus', 'blur']) {
  parts.grid.addEventListener(kind, show);
  window.addEventListener(kind, show);
}
for (const field of document.querySelectorAll('input[name=density]')) field.addEventListener('change', () => timeline.setDensity(field.value));
byId('span').addEventListener('change', (event) => timeline.setSpan(Number(event.target.value) * 1000));
setUpSelection(api, selected, showSelection);
setUpCreate(api);
setUpDemos(api);
setUpZone(() => {
  filters.show(feed.filter);
  timeline.rewrite();
  taskDialog.refresh();
  views.refresh();
});
setUpTheme(() => {
  timeline.recolour();
  numbers.draw();
});

const stream = new SharedStream(api, {
  event(kind, task) {
    clock.witness(kind === 'created' ? task.createdAt : task.finishedAt);
    // How long work took is no lateness.
    if (kind === 'completed' && task.message !== undefined) stats.observe(task);
    if (kind === 'started') stats.observeStart(task);
    attempts.happened(kind, task, clock.now());
    feed.apply(task);
    taskDialog.update(kind, task);
    views.happened(kind, task);
    show();
  },
  missed() {
    feed.reload();
    taskDialog.reload();
  },
  state(state, sentence) {
    connection.show(state, sentence);
    // What failed while there was no connection is worth another try.
    if (state === 'live') {
      if (feed.hasFailed) feed.reload();
      if (taskDialog.hasFailed) taskDialog.reload();
      clearUnreachable();
    }
    if (state === 'locked') feed.reload();
  },
});
const connection = new Connection(() => (api.lacksKey ? api.giveKey() : stream.retry()));
byId('forget-key').addEventListener('click', () => {
  api.forgetKey();
  location.reload();
});
go(router.place);
stream.run();
// What failed by itself, while the stream went on, is tried again as long as other calls get through.
const RETRY_EVERY = 5000;
let retryAt = 0;
function retryFailed() {
  const failed = [feed, taskDialog].filter((part) => part.isWorthRetrying);
  if (failed.length === 0 || stats.error !== '' || api.lacksKey || performance.now() < retryAt) return;
  retryAt = performance.now() + RETRY_EVERY;
  for (const part of failed) part.reload();
}

stats.run(() => {
  retryFailed();
  byId('forget-key').hidden = api.key === null;
  numbers.update();
});

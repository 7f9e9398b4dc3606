/** What the API said, as DOM. Existing nodes are kept and filled anew, so that focus survives a refresh. */
import { distance, duration, moment, number } from './console-text.js';

const ACTIVE = ['queued', 'reading', 'planning', 'applying'];
const STAGES = {
  queued: 'waiting for a worker',
  reading: 'reading the directory',
  planning: 'working out what changes',
  applying: 'changing groups',
};

export function isActive(run) {
  return run !== undefined && ACTIVE.includes(run.status);
}

/** Fills the list of directories: one card each, the same card for the same name. */
export function showDirectories(list, template, directories, onResync) {
  const names = directories.map(directory => directory.name);
  const gone = Array.from(list.children).filter(card => !names.includes(card.dataset.name));
  for (const card of gone) card.remove();
  for (const directory of directories) {
    const known = [...list.children].find(card => card.dataset.name === directory.name);
    fillCard(known ?? list.appendChild(newCard(template, directory.name, onResync)), directory);
  }
}

export function showRuns(body, runs) {
  body.replaceChildren(...runs.map(runRow));
}

/** "corp: run 12 succeeded" and the like, for the notice. */
export function sentenceOf(run) {
  const detail = run.errorMessage ? `: ${run.errorMessage}` : '';
  return `Run ${run.id} of ${run.directory} ${run.status === 'held' ? 'is held' : run.status}${detail}`;
}

function newCard(template, name, onResync) {
  const card = template.content.firstElementChild.cloneNode(true);
  card.dataset.name = name;
  slot(card, 'name').textContent = name;
  const button = slot(card, 'resync');
  button.setAttribute('aria-label', `Resync ${name} now`);
  button.addEventListener('click', () => onResync(name));
  return card;
}

function fillCard(card, directory) {
  const run = directory.lastRun;
  const status = slot(card, 'status');
  status.textContent = run?.status ?? 'never run';
  status.dataset.status = run?.status ?? 'none';
  const problem = problemOf(directory);
  slot(card, 'problem').hidden = problem === undefined;
  slot(card, 'problem').textContent = problem ?? '';
  slot(card, 'problem').dataset.status = run?.status ?? 'none';
  fillProgress(slot(card, 'progress'), run);
  card.querySelector('dl').replaceChildren(...facts(directory).map(fact));
  // without a token there are no counts, and no right to ask for a run
  slot(card, 'resync').hidden = directory.memberships === undefined;
}

function problemOf({ lastRun, consecutiveFailures }) {
  if (lastRun?.status === 'held') return lastRun.counts?.held?.reasons.join(' ');
  if (!lastRun?.errorMessage) return undefined;
  const times = consecutiveFailures > 1 ? ` (${consecutiveFailures} times in a row)` : '';
  return `${lastRun.errorMessage}${times}`;
}

function fillProgress(box, run) {
  box.hidden = !isActive(run);
  if (box.hidden) return;
  const bar = box.querySelector('progress');
  const tasks = run.counts?.tasks;
  const entries = run.counts?.read?.entries;
  if (run.status === 'applying' && tasks) {
    bar.max = tasks.total;
    bar.value = tasks.done;
  } else {
    bar.removeAttribute('value');
  }
  const seen = entries === undefined ? '' : `, ${number(entries)} entries read`;
  box.querySelector('.stage').textContent = `${STAGES[run.status]}${seen}`;
}

/** Term, value (text or node) and whether it asks for attention. */
function facts(directory) {
  const { groups } = directory;
  const rows = [
    ['Last success', age(directory.lastSuccessAgeSeconds)],
    ['Last run', age(directory.lastRunAgeSeconds)],
  ];
  if (directory.nextRunAt) rows.push(['Next run', ago(directory.nextRunAt)]);
  if (groups === undefined) return rows;
  return [
    ...rows,
    ['Groups', number(groups.linked)],
    ['Memberships', number(directory.memberships)],
    ['Conflicts', number(groups.conflict), groups.conflict > 0],
    ['Missing groups', number(groups.missing), groups.missing > 0],
    ['Unresolved members', number(directory.unresolved), directory.unresolved > 0],
    ['Held runs', number(directory.heldRuns), directory.heldRuns > 0],
  ];
}

function fact([term, value, loud = false]) {
  const row = element('div', element('dt', term), element('dd', value));
  row.className = loud ? 'fact loud' : 'fact';
  return row;
}

function runRow(run) {
  const status = element('span', run.mode === 'plan' ? `${run.status} (plan)` : run.status);
  status.className = 'pill';
  status.dataset.status = run.status;
  if (run.errorMessage) status.title = run.errorMessage;
  const cells = [
    String(run.id),
    run.directory,
    status,
    run.requestedBy ?? run.trigger,
    changesOf(run),
    ago(run.queuedAt),
    run.startedAt && run.finishedAt ? duration(new Date(run.finishedAt) - new Date(run.startedAt)) : '–',
  ];
  return element('tr', ...cells.map(cell => element('td', cell)));
}

function changesOf({ counts, mode }) {
  if (counts.unchanged) return 'directory unchanged';
  const { added, removed } =
    mode === 'plan' ? { added: counts.plan?.add, removed: counts.plan?.remove } : (counts.applied ?? {});
  if (added === undefined) return '–';
  return `+${number(added)} −${number(removed)}`;
}

function slot(card, name) {
  return card.querySelector(`[data-slot="${name}"]`);
}

/** How far away a moment is; the exact one shows when it is pointed at. */
function ago(iso) {
  const at = new Date(iso);
  const node = element('time', distance((at - Date.now()) / 1000));
  node.dateTime = iso;
  node.title = moment(at);
  return node;
}

function age(seconds) {
  return seconds === undefined ? 'never' : distance(-seconds);
}

function element(name, ...children) {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}

/** The first page: polls the status, and asks for runs. */
import { ApiError, forgetToken, readRuns, readStatus, requestRun, token, useToken } from './console-api.js';
import { isActive, sentenceOf, showDirectories, showRuns } from './console-view.js';

const BUSY_MS = 1_500;
const CALM_MS = 10_000;
const SHOWN_RUNS = 12;

const page = id => document.getElementById(id);
/** Runs asked for in this tab whose end is still to be told. */
const watched = new Set();
let timer;
/** The notice tells of a failed poll, so the next good one takes it away. */
let failing = false;

page('sign-in').addEventListener('submit', event => {
  event.preventDefault();
  useToken(page('token').value.trim());
  page('token').value = '';
  void refresh();
});

page('forget').addEventListener('click', () => {
  forgetToken();
  say('');
  void refresh();
  page('token').focus();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});

void refresh();

async function refresh() {
  clearTimeout(timer);
  let pause = CALM_MS;
  try {
    const status = await readStatus();
    const runs = token() ? await readRuns(SHOWN_RUNS) : [];
    if (failing) say('');
    failing = false;
    show(status, runs);
    if (status.directories.some(({ lastRun }) => isActive(lastRun)) || runs.some(isActive)) pause = BUSY_MS;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message, 'warning');
    failing = error.status !== 401;
    if (!failing) {
      forgetToken();
      pause = BUSY_MS;
    }
  }
  showSignIn();
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, pause);
}

function show(status, runs) {
  showDirectories(page('directories'), page('directory-card'), status.directories, resync);
  showRuns(page('runs'), runs);
  page('nothing').hidden = status.directories.length > 0;
  page('history').hidden = runs.length === 0;
  page('updated').textContent = `Updated ${new Date().toLocaleTimeString('en', { hour12: false })}`;
  page('about').textContent = status.version
    ? `Version ${status.version} · ${status.roles.join(', ')}`
    : 'Use a token to see more than the state';
  for (const run of runs.filter(({ id, status }) => watched.has(id) && !isActive({ status }))) {
    watched.delete(run.id);
    say(sentenceOf(run), run.status === 'succeeded' ? 'good' : 'warning');
  }
}

async function resync(directory) {
  try {
    const run = await requestRun(directory);
    watched.add(run.id);
    say(`Run ${run.id} of ${directory} is ${run.status}.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    say(error.message, 'warning');
  }
  void refresh();
}

function showSignIn() {
  page('sign-in').hidden = token() !== null;
  page('signed-in').hidden = token() === null;
}

function say(text, kind = '') {
  page('notice').textContent = text;
  page('notice').className = kind;
  page('notice').hidden = text === '';
}

/** Live progress of a run, and changes of memberships. Reads streams with fetch, because an EventSource cannot send a token. */
import { ApiError, request } from './api.js';

const POLL_MS = 1_500;
const RETRY_MS = 1_000;

/** @typedef {{ event: string, id: string, text: string }} Message */

/**
 * Follows a run until it ends or `signal` is aborted. Reconnects a broken stream at the last event. If no stream is
 * available, calls `changed` periodically.
 * @param {number} run
 * @param {(message: Message | undefined) => Promise<boolean>} changed resolves with whether the run is still active
 * @param {AbortSignal} signal
 */
export async function followRun(run, changed, signal) {
  let last = '';
  let pause = RETRY_MS;
  while (!signal.aborted) {
    try {
      for await (const message of messagesOf(await openStream(`/api/runs/${run}/events`, last, signal))) {
        last = message.id || last;
        if (message.event === 'end') return void (await changed(undefined));
        if (message.event === 'run' && !(await changed(message))) return;
      }
      pause = RETRY_MS;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) return;
      pause = POLL_MS;
    }
    if (!(await changed(undefined))) return;
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** Changes that arrive together cause one call. */
const TOGETHER_MS = 100;

/**
 * Calls `changed` after every change of memberships, but not while the tab is hidden: a browser has few connections.
 * @param {() => unknown} changed is also called when the stream begins
 * @returns {() => void} stops it
 */
export function followChanges(changed) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stopping = new AbortController();
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, TOGETHER_MS);
  };
  const seen = () => {
    stopping.abort();
    stopping = new AbortController();
    if (!document.hidden) void readChanges(soon, stopping.signal);
  };
  document.addEventListener('visibilitychange', seen);
  seen();
  return () => {
    stopping.abort();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}

/**
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
async function readChanges(changed, signal) {
  while (!signal.aborted) {
    try {
      // A comment that keeps the stream open has no name.
      for await (const { event } of messagesOf(await openStream('/api/changes', '', signal)))
        if (event !== 'message') changed();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) return;
    }
    await new Promise(resolve => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * @param {string} path
 * @param {string} last
 * @param {AbortSignal} signal
 */
async function openStream(path, last, signal) {
  const headers = { accept: 'text/event-stream', ...(last === '' ? {} : { 'last-event-id': last }) };
  const { body } = await request('GET', path, undefined, headers, signal);
  if (body === null) throw new ApiError('The stream of events is empty.', 0);
  return body;
}

/**
 * Parses Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Message>}
 */
async function* messagesOf(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield messageOf(block);
  }
}

/** @param {string} block */
function messageOf(block) {
  const fields = block.split('\n').map(line => /^(\w+): ?(.*)$/.exec(line));
  const fieldOf = (/** @type {string} */ name) =>
    fields.flatMap(field => (field?.[1] === name ? [field[2] ?? ''] : [])).join('\n');
  return { event: fieldOf('event') || 'message', id: fieldOf('id'), text: fieldOf('data') };
}

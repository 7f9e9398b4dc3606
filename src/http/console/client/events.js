/** Live progress of a run. Reads the stream with fetch, because an EventSource cannot send a token. */
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
      for await (const message of messagesOf(await openStream(run, last, signal))) {
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

/**
 * @param {number} run
 * @param {string} last
 * @param {AbortSignal} signal
 */
async function openStream(run, last, signal) {
  const headers = { accept: 'text/event-stream', ...(last === '' ? {} : { 'last-event-id': last }) };
  const { body } = await request('GET', `/api/runs/${run}/events`, undefined, headers, signal);
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

/** Server-Sent Events (HTML standard, 9.2) over one response, for clients that may be slow, silent or gone. */
import type { ServerResponse } from 'node:http';

export interface EventStream {
  /**
   * Sends the newest state. A client that has not taken the last one yet gets only the newest, when it can. `at`, in
   * milliseconds, becomes the id, which always grows.
   */
  show(event: string, at: number, content: object): void;
  /** Sends a last event and closes. */
  finish(event: string): void;
  /** Closes without a last event: the client comes back, to another instance perhaps. */
  close(): void;
}

const HEARTBEAT_MS = 15_000;
/** A client that has taken nothing for so many heartbeats is given up. */
const PATIENCE = 4;
const RETRY_MS = 2_000;

interface Shown {
  readonly event: string;
  readonly at: number;
  readonly content: object;
}

interface State {
  readonly raw: ServerResponse;
  lastId: number;
  /** What waits until the client has taken what was written. */
  waiting: Shown | undefined;
  last: string | undefined;
  silentBeats: number;
}

/** Begins a stream on a response whose status and headers were written. `lastId`: the last one that the client has seen. */
export function openEventStream(raw: ServerResponse, lastId: number): EventStream {
  const state: State = { raw, lastId, waiting: undefined, last: undefined, silentBeats: 0 };
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const heart = setInterval(() => beat(state), HEARTBEAT_MS);
  raw.on('drain', () => flush(state));
  raw.on('close', () => clearInterval(heart));
  return {
    show(event, at, content) {
      state.waiting = { event, at, content };
      flush(state);
    },
    finish(event) {
      state.last = event;
      flush(state);
    },
    close() {
      // The end of a response waits for a client that takes nothing, and the server's for the end of the response.
      if (raw.writableNeedDrain) raw.destroy();
      else raw.end();
    },
  };
}

function flush(state: State): void {
  const { raw, waiting, last } = state;
  if (raw.writableNeedDrain || raw.writableEnded) return;
  state.silentBeats = 0;
  state.waiting = undefined;
  if (waiting !== undefined) {
    state.lastId = Math.max(state.lastId + 1, Math.floor(waiting.at));
    raw.write(frame(waiting.event, state.lastId, waiting.content));
  }
  if (last !== undefined) raw.end(frame(last, state.lastId, {}));
}

function frame(event: string, id: number, content: object): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(content)}\n\n`;
}

/** Keeps what is between us and the client from taking the silence for the end. */
function beat(state: State): void {
  const { raw } = state;
  if (!raw.writableNeedDrain && !raw.writableEnded) {
    raw.write(': still here\n\n');
    return;
  }
  state.silentBeats += 1;
  if (state.silentBeats >= PATIENCE) raw.destroy();
}

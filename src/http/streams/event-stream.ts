/** Server-Sent Events (HTML standard, 9.2) over one response. Handles slow, silent and disconnected clients. */
import type { ServerResponse } from 'node:http';

export interface EventStream {
  /**
   * Sends the newest state. A slow client skips states and gets only the newest one. `at`, in milliseconds, becomes the
   * event id. Ids always increase.
   */
  show(event: string, at: number, content: object): void;
  /** Sends an event that no later one replaces. Resolves when the client can take more, or is gone. */
  send(event: string, id: string, content: object): Promise<void>;
  /** Sends a last event and closes. */
  finish(event: string): void;
  /** Closes without a last event, so that the client reconnects, perhaps to another instance. */
  close(): void;
}

const HEARTBEAT_MS = 15_000;
/** The number of heartbeats after which a client that reads nothing is disconnected. */
const MAX_SILENT_BEATS = 4;
const RETRY_MS = 2_000;

interface Shown {
  readonly event: string;
  readonly at: number;
  readonly content: object;
}

interface State {
  readonly raw: ServerResponse;
  lastId: number;
  /** The newest state, if the client has not yet read the previous one. */
  waiting: Shown | undefined;
  last: string | undefined;
  silentBeats: number;
}

/**
 * Starts a stream on a response after its headers were written. `lastId`: the last event id that the client received.
 */
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
    async send(event, id, content) {
      if (raw.destroyed || raw.writableEnded || raw.write(frame(event, id, content))) return;
      await drained(raw);
      state.silentBeats = 0;
    },
    finish(event) {
      state.last = event;
      flush(state);
    },
    close() {
      // `end` would wait for a client that reads nothing, and closing the server would wait for the response.
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

function drained(raw: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      raw.off('drain', end).off('close', end);
      resolve();
    };
    raw.on('drain', end).on('close', end);
  });
}

function frame(event: string, id: number | string, content: object): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(content)}\n\n`;
}

/** Sends a comment, so that proxies do not close an idle connection. */
function beat(state: State): void {
  const { raw } = state;
  if (!raw.writableNeedDrain && !raw.writableEnded) {
    raw.write(': still here\n\n');
    return;
  }
  state.silentBeats += 1;
  if (state.silentBeats >= MAX_SILENT_BEATS) raw.destroy();
}

/** The socket of one client: receives messages and sends replies, one after the other. */
import { on, once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidAsn1Error } from 'ldapts';
import { createFrames } from '../protocol/ber/frames.ts';
import { writeDisconnection, writeDone, writeEntry, writeReference } from '../protocol/ber/replies.ts';
import { readMessage } from '../protocol/ber/requests.ts';
import { MalformedMessage } from '../protocol/ber/values.ts';
import {
  type Done,
  type Envelope,
  type Operation,
  type Reference,
  type Reply,
  resultCode,
  type SentEntry,
} from '../protocol/protocol.ts';

type Asked = Operation & Envelope;

/**
 * Serves a client until either side closes the connection; bytes that are not LDAP end it with a notice. Calls `answer`
 * for every request with an answer, in the order of arrival.
 */
export async function serve(socket: Socket, answer: (request: Asked) => Reply): Promise<void> {
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  // The end of a client is not a failure of the server.
  socket.on('error', () => closed.abort());
  try {
    await converse(socket, answer, closed.signal);
  } catch (error) {
    if (error instanceof MalformedMessage || error instanceof InvalidAsn1Error) {
      socket.end(writeDisconnection(resultCode.protocolError, error.message));
    } else if (!closed.signal.aborted) {
      socket.destroy();
      throw error;
    }
  }
}

async function converse(
  socket: Socket,
  answer: (request: Asked) => Reply,
  closed: AbortSignal,
): Promise<void> {
  const frames = createFrames();
  const open: OpenSearches = new Map();
  closed.addEventListener('abort', () => {
    for (const end of open.values()) end();
  });
  for await (const [chunk] of on(socket, 'data', { close: ['close'] })) {
    for (const frame of frames(chunk)) {
      const message = readMessage(frame);
      if (message.op === 'unbind') socket.end();
      else if (message.op === 'abandon') open.get(message.of)?.();
      else await send({ socket, closed, open }, message, answer(message));
    }
  }
}

/** What ends each open search, by its message id. */
type OpenSearches = Map<number, () => void>;

interface Client {
  readonly socket: Socket;
  readonly closed: AbortSignal;
  readonly open: OpenSearches;
}

async function send({ socket, closed, open }: Client, request: Asked, reply: Reply): Promise<void> {
  let pending: Buffer[] = [];
  const flush = async () => {
    const bytes = Buffer.concat(pending);
    pending = [];
    if (!socket.write(bytes)) await once(socket, 'drain', { signal: closed });
  };
  for (const part of reply) {
    if (part.kind === 'wait') {
      await flush();
      await delay(part.ms, undefined, { signal: closed });
    } else if (part.kind === 'cut') {
      await flush();
      if (part.how === 'rst') socket.resetAndDestroy();
      else socket.end();
      return;
    } else if (part.kind === 'open') {
      const { messageId } = request;
      const end = part.follow((entry, change) => void socket.write(writeEntry(messageId, entry, change)));
      open.set(messageId, end);
    } else {
      pending.push(written(request, part));
    }
  }
  await flush();
}

function written({ messageId, op }: Asked, part: SentEntry | Reference | Done): Buffer {
  if (part.kind === 'entry') return writeEntry(messageId, part);
  return part.kind === 'reference' ? writeReference(messageId, part) : writeDone(messageId, op, part);
}

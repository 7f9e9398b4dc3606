/** A server that repeats the answers of a recording, with one change. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createFraming, takeFrames } from '../../src/directory/connection/frames.ts';
import { createFrames } from '../../src/directory/protocol/ber/frames.ts';
import { writeDone } from '../../src/directory/protocol/ber/replies.ts';
import { readMessage } from '../../src/directory/protocol/ber/requests.ts';
import type { Message } from '../../src/directory/protocol/protocol.ts';
import { listenLocally } from '../support/proxies/tcp-proxy.ts';
import { questionOf, type Recording, renumbered } from './recording.ts';

/** The bytes to send instead of an answer. */
export type Change = (question: string, answer: Buffer) => Buffer;

export interface Replay extends AsyncDisposable {
  readonly url: string;
}

/** Plays a recording. After an incomplete message the server closes the connection. */
export async function startReplay(recording: Recording, change: Change): Promise<Replay> {
  const sockets = new Set<Socket>();
  const play: Play = { recording, change, asked: new Map() };
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    const frames = createFrames();
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      for (const request of frames(chunk).map(readMessage)) answer(socket, play, request);
    });
  });
  const port = await listenLocally(server);
  return {
    url: `ldap://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Play {
  readonly recording: Recording;
  readonly change: Change;
  /** The number of times that each question was asked. */
  readonly asked: Map<string, number>;
}

function answer(socket: Socket, { recording, change, asked }: Play, request: Message): void {
  if (request.op === 'unbind' || request.op === 'abandon') return;
  const question = questionOf(request);
  const times = asked.get(question) ?? 0;
  asked.set(question, times + 1);
  const answers = recording.answers[question];
  const known = answers?.[Math.min(times, answers.length - 1)];
  // Questions that were not recorded find nothing.
  const bytes =
    known === undefined
      ? writeDone(request.messageId, request.op, { kind: 'done', code: 0 })
      : renumbered(Buffer.from(known, 'base64'), request.messageId);
  const sent = change(question, bytes);
  socket.write(sent);
  if (sent !== bytes && !isWhole(sent)) socket.end();
}

function isWhole(bytes: Buffer): boolean {
  try {
    const framing = createFraming();
    return takeFrames(framing, bytes).length > 0 && framing.size === 0;
  } catch {
    return true;
  }
}

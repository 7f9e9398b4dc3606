/** Responses that stay open: Server-Sent Events and long polls. Each token may open an equal share of them, and so may all users. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../ports/http.ts';
import { type Caller, callerOf } from '../protocol/auth.ts';
import { Problem } from '../protocol/problems.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Without this header, nginx buffers the stream.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;

export interface OpenStream {
  readonly stream: EventStream;
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal;
}

/** Both functions throw the problem `too_many_streams` if the caller has used its share. */
export interface Streams {
  /** Starts the response as a stream. undefined: the client is gone. */
  open(request: FastifyRequest, reply: FastifyReply, lastId: number): OpenStream | undefined;
  /** Counts the response of a long poll until it ends. The signal aborts when the client is gone or the server stops. */
  hold(request: FastifyRequest, reply: FastifyReply): AbortSignal;
}

/** One user may open this part of the share of all users. */
const PART_OF_A_USER = 0.1;

/** An equal share for each token and for the users of the proxy, so that one client with many streams locks out no other. */
export function streamsOf(
  app: FastifyInstance,
  {
    tokens,
    trustedProxy,
    followTokens,
    maxStreams,
  }: Pick<HttpDependencies, 'tokens' | 'trustedProxy' | 'followTokens' | 'maxStreams'>,
): Streams {
  const partNow = () => {
    const sharers = tokens().length + (trustedProxy() === undefined ? 0 : 1);
    return Math.max(1, Math.floor(maxStreams / Math.max(1, sharers)));
  };
  const held = new Map<AbortController, Caller>();
  const endAll = () => {
    for (const each of held.keys()) each.abort();
  };
  // A token that was removed reads no more. Clients with a valid one connect again.
  const following = followTokens(endAll);
  app.addHook('preClose', async () => {
    following[Symbol.dispose]();
    endAll();
  });
  const hold = (request: FastifyRequest, { raw }: FastifyReply): AbortSignal => {
    const { name, signIn } = callerOf(request);
    const part = partNow();
    const partOfUser = Math.max(1, Math.floor(part * PART_OF_A_USER));
    const holders = [...held.values()].filter(holder => holder.signIn === signIn);
    const own = holders.filter(holder => holder.name === name).length;
    if (signIn === 'token' && own >= part) throw tooMany(part);
    if (signIn === 'proxy' && (own >= partOfUser || holders.length >= part)) throw tooMany(partOfUser);
    const gone = new AbortController();
    const end = () => {
      held.delete(gone);
      gone.abort();
    };
    held.set(gone, callerOf(request));
    raw.once('close', end);
    if (raw.destroyed) end();
    return gone.signal;
  };
  return {
    hold,
    open(request, reply, lastId) {
      const signal = hold(request, reply);
      reply.hijack();
      if (signal.aborted) return undefined;
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value);
      raw.writeHead(200, STREAM_HEADERS);
      const stream = openEventStream(raw, lastId);
      signal.addEventListener('abort', () => stream.close());
      return { stream, signal };
    },
  };
}

function tooMany(part: number): Problem {
  const detail = `This instance supports at most ${part} open streams and long polls for each caller. Close some, or ask without waiting.`;
  return new Problem('too_many_streams', detail, {}, { 'retry-after': '5' });
}

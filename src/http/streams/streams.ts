/** Responses that stay open: Server-Sent Events and long polls. Each token may open an equal share of them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../ports/http.ts';
import { callerOf } from '../protocol/auth.ts';
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

/** Both functions throw the problem `too_many_streams` if the token has used its share. */
export interface Streams {
  /** Starts the response as a stream. undefined: the client is gone. */
  open(request: FastifyRequest, reply: FastifyReply, lastId: number): OpenStream | undefined;
  /** Counts the response of a long poll until it ends. The signal aborts when the client is gone or the server stops. */
  hold(request: FastifyRequest, reply: FastifyReply): AbortSignal;
}

/** An equal share for each token, so that one client with many streams locks out no other. */
export function streamsOf(
  app: FastifyInstance,
  { tokens, followTokens, maxStreams }: Pick<HttpDependencies, 'tokens' | 'followTokens' | 'maxStreams'>,
): Streams {
  const partNow = () => Math.max(1, Math.floor(maxStreams / Math.max(1, tokens().length)));
  const held = new Map<AbortController, string>();
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
    const { name } = callerOf(request);
    const inUse = held.values().filter(holder => holder === name);
    const part = partNow();
    if (inUse.toArray().length >= part) throw tooMany(part);
    const gone = new AbortController();
    const end = () => {
      held.delete(gone);
      gone.abort();
    };
    held.set(gone, name);
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
  const detail = `This instance supports at most ${part} open streams and long polls for each token. Close some, or ask without waiting.`;
  return new Problem('too_many_streams', detail, {}, { 'retry-after': '5' });
}

/** Responses that stay open: Server-Sent Events and long polls. Each token may open an equal share of them, and so may all users. They end with the session of their user. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDependencies } from '../ports/http.ts';
import { type Caller, callerOf, type SessionFinder } from '../protocol/auth.ts';
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

/** `open` and `hold` throw the problem `too_many_streams` if the caller has used its share. */
export interface Streams {
  /** Starts the response as a stream. undefined: the client is gone. */
  open(request: FastifyRequest, reply: FastifyReply, lastId: number): OpenStream | undefined;
  /** Counts the response of a long poll until it ends. The signal aborts when the client is gone or the server stops. */
  hold(request: FastifyRequest, reply: FastifyReply): AbortSignal;
  /** Ends the responses whose users are no longer signed in. */
  review(): Promise<void>;
}

/** One user may open this part of the share of all users. */
const PART_OF_A_USER = 0.1;

type Dependencies = Pick<
  HttpDependencies,
  'tokens' | 'trustedProxy' | 'oidc' | 'followTokens' | 'maxStreams' | 'reviewSessionsMs'
>;
/** The requests whose responses are open, by what ends each response. */
type Held = Map<AbortController, FastifyRequest>;

/** An equal share for each token and for all signed-in users, so that one client with many streams locks out no other. */
export function streamsOf(app: FastifyInstance, deps: Dependencies, findSession: SessionFinder): Streams {
  const held: Held = new Map();
  const endAll = () => {
    for (const each of held.keys()) each.abort();
  };
  // A token that was removed reads no more. Clients with a valid one connect again.
  const following = deps.followTokens(endAll);
  const review = () => endSignedOut(held, findSession);
  const timer = setInterval(() => void review(), deps.reviewSessionsMs).unref();
  app.addHook('preClose', async () => {
    clearInterval(timer);
    following[Symbol.dispose]();
    endAll();
  });
  const hold = (request: FastifyRequest, { raw }: FastifyReply): AbortSignal => {
    requireShare(callerOf(request), held, deps);
    const gone = new AbortController();
    const end = () => {
      held.delete(gone);
      gone.abort();
    };
    held.set(gone, request);
    raw.once('close', end);
    if (raw.destroyed) end();
    return gone.signal;
  };
  return {
    hold,
    review,
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

function requireShare(
  { name, signIn }: Caller,
  held: Held,
  { tokens, trustedProxy, oidc, maxStreams }: Dependencies,
): void {
  const hasUsers = trustedProxy() !== undefined || oidc() !== undefined;
  const part = Math.max(1, Math.floor(maxStreams / Math.max(1, tokens().length + (hasUsers ? 1 : 0))));
  const partOfUser = Math.max(1, Math.floor(part * PART_OF_A_USER));
  const holders = [...held.values()].map(callerOf).filter(holder => holder.signIn === signIn);
  const own = holders.filter(holder => holder.name === name).length;
  if (signIn === 'token' && own >= part) throw tooMany(part);
  if (signIn !== 'token' && (own >= partOfUser || holders.length >= part)) throw tooMany(partOfUser);
}

/** An open response is no use of the session. While the database does not answer, the responses stay open, and are empty. */
async function endSignedOut(held: Held, findSession: SessionFinder): Promise<void> {
  for (const [gone, request] of held) {
    const { signIn, role } = callerOf(request);
    if (signIn !== 'oidc') continue;
    const user = await findSession(request, false).catch(() => request.caller);
    if (user?.role !== role) gone.abort();
  }
}

function tooMany(part: number): Problem {
  const detail = `This instance supports at most ${part} open streams and long polls for each caller. Close some, or ask without waiting.`;
  return new Problem('too_many_streams', detail, {}, { 'retry-after': '5' });
}

/** A TCP proxy that knows where messages end, and loses, holds back or repeats one of them. */
import { connect, createServer, type Socket } from 'node:net';
import { listenLocally } from './tcp-proxy.ts';

/** One message, or a part of the stream that is passed on as it is. */
export interface Message {
  readonly bytes: Buffer;
  readonly counts: boolean;
}

type Split = (chunk: Buffer) => readonly Message[];

export interface Protocol {
  readonly client: () => Split;
  readonly server: () => Split;
  /** Answers have no number of their own, so the proxy keeps the second answer to a doubled request to itself. */
  readonly answersInOrder?: boolean;
}

/**
 * `cut`: the connection breaks instead of delivering the message. `freeze`: neither it nor any later message of its
 * connection arrives, and the connection stays open. `freezeAll`: the same on all connections, also later ones.
 * `drop`: only that message is missing. `double`: it arrives twice. `loseAnswer`: it arrives, and the connection breaks
 * instead of delivering the answer.
 */
export interface MessageFault {
  readonly from: 'client' | 'server';
  readonly how: 'cut' | 'freeze' | 'freezeAll' | 'drop' | 'double' | 'loseAnswer';
  /** Counted from 1, over all connections, since the call of `arm`. */
  readonly at: number;
  /** Messages that count. Default: all that the protocol counts. */
  readonly which?: (bytes: Buffer) => boolean;
}

export interface MessageProxy extends AsyncDisposable {
  readonly port: number;
  /** Counts messages from now on and resets `struck`. */
  arm(fault: MessageFault): void;
  /** Whether the fault has occurred. */
  struck(): boolean;
}

interface State {
  fault: MessageFault | undefined;
  left: number;
  struck: boolean;
  frozen: boolean;
}

/** One connection. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  frozen: boolean;
  losing: boolean;
  /** Requests without an answer so far. */
  pending: number;
  /** The number of answers until the one that is kept back. */
  surplusAfter: number;
}

/** Listens on a free port of 127.0.0.1 in front of the server. */
export async function startMessageProxy(
  target: { readonly host: string; readonly port: number },
  protocol: Protocol,
): Promise<MessageProxy> {
  const sockets = new Set<Socket>();
  const state: State = { fault: undefined, left: 0, struck: false, frozen: false };
  const listener = createServer({ noDelay: true, allowHalfOpen: true }, client => {
    const server = connect({ ...target, noDelay: true });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    join({ client, server, frozen: false, losing: false, pending: 0, surplusAfter: -1 }, protocol, state);
  });
  return {
    port: await listenLocally(listener),
    arm(fault) {
      Object.assign(state, { fault, left: fault.at, struck: false });
    },
    struck: () => state.struck,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function join(link: Link, protocol: Protocol, state: State): void {
  const { client, server } = link;
  const isFrozen = () => link.frozen || state.frozen;
  const pass = (from: MessageFault['from'], message: Message) => {
    if (isFrozen() || isSurplus(link, from, message)) return;
    const how = strike(state, from, message);
    if (how !== undefined) apply(how, link, state, protocol);
    if (from === 'server' && link.losing) client.resetAndDestroy();
    if (isFrozen() || how === 'cut' || how === 'drop') return;
    const to = from === 'client' ? server : client;
    to.write(message.bytes);
    if (how === 'double') to.write(message.bytes);
  };
  const fromClient = protocol.client();
  const fromServer = protocol.server();
  client.on('data', chunk => {
    for (const message of fromClient(chunk)) pass('client', message);
  });
  server.on('data', chunk => {
    for (const message of fromServer(chunk)) pass('server', message);
  });
  client.on('close', () => !isFrozen() && server.destroy());
  server.on('close', () => !isFrozen() && client.destroy());
}

function apply(how: MessageFault['how'], link: Link, state: State, { answersInOrder }: Protocol): void {
  if (how === 'freeze') link.frozen = true;
  if (how === 'freezeAll') state.frozen = true;
  if (how === 'loseAnswer') link.losing = true;
  if (how === 'cut') link.client.resetAndDestroy();
  if (how === 'double' && answersInOrder) link.surplusAfter = link.pending;
}

/** Counts requests and answers. True for the second answer to the doubled request. */
function isSurplus(link: Link, from: MessageFault['from'], { counts }: Message): boolean {
  if (!counts) return false;
  if (from === 'client') {
    link.pending += 1;
    return false;
  }
  if (link.surplusAfter === 0) {
    link.surplusAfter = -1;
    return true;
  }
  link.pending -= 1;
  if (link.surplusAfter > 0) link.surplusAfter -= 1;
  return false;
}

function strike(state: State, from: MessageFault['from'], message: Message): MessageFault['how'] | undefined {
  const { fault, struck } = state;
  if (fault === undefined || struck || fault.from !== from || !message.counts) return undefined;
  if (fault.which?.(message.bytes) === false) return undefined;
  state.left -= 1;
  if (state.left > 0) return undefined;
  state.struck = true;
  return fault.how;
}

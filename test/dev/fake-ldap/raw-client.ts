/** An LDAP client that shows single pages and cookies. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import {
  FilterParser,
  MessageParser,
  PagedResultsControl,
  SearchEntry,
  SearchReference,
  SearchRequest,
} from 'ldapts';
import type { LdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { suffix } from './fixture.ts';

export interface Page {
  readonly dns: readonly string[];
  readonly references: readonly string[];
  readonly status: number;
  /** undefined: the answer has no paging control. */
  readonly cookie: Buffer | undefined;
}

export interface RawClient extends Disposable {
  /** One page of everything below the suffix. */
  page(size: number, cookie?: Buffer): Promise<Page>;
  /** Sends bytes as they are. */
  send(bytes: Buffer): void;
  /** The DNs of all entries so far. */
  readonly received: readonly string[];
  /** Waits until the server closes the connection, and returns everything that it sent. */
  ended(): Promise<Buffer>;
}

interface Asked {
  readonly dns: string[];
  readonly references: string[];
  readonly resolve: (page: Page) => void;
}

/** A client that returns single pages and their cookies, which ldapts hides. */
export async function openRaw({ port }: LdapServer): Promise<RawClient> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const parser = new MessageParser();
  const chunks: Buffer[] = [];
  const received: string[] = [];
  const asked = new Map<number, Asked>();
  parser.on('message', message => {
    const search = asked.get(message.messageId);
    if (message instanceof SearchEntry) {
      received.push(message.name);
      search?.dns.push(message.name);
    } else if (message instanceof SearchReference) {
      search?.references.push(...message.uris);
    } else {
      const control = message.controls?.find(found => found instanceof PagedResultsControl);
      search?.resolve({
        dns: search.dns,
        references: search.references,
        status: message.status,
        cookie: control?.value?.cookie,
      });
    }
  });
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    parser.read(chunk, new Map());
  });

  function page(size: number, cookie?: Buffer): Promise<Page> {
    const messageId = asked.size + 1;
    const { promise, resolve } = Promise.withResolvers<Page>();
    asked.set(messageId, { dns: [], references: [], resolve });
    const control = new PagedResultsControl({ critical: true, value: cookie ? { size, cookie } : { size } });
    const filter = FilterParser.parseString('(objectClass=*)');
    socket.write(new SearchRequest({ messageId, baseDN: suffix, filter, controls: [control] }).write());
    return promise;
  }

  return {
    page,
    received,
    send: bytes => void socket.write(bytes),
    ended: async () => {
      await once(socket, 'end');
      return Buffer.concat(chunks);
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** A search that stays open, on a server that sends arbitrary bytes. */
import { setImmediate } from 'node:timers/promises';
import { SearchRequest } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/directory/connection/connect.ts';
import { openSearch } from '../../../src/directory/connection/wire.ts';
import { writeDone } from '../../../src/directory/protocol/ber/replies.ts';
import { parseFilter } from '../../../src/directory/syntax/filter-parser.ts';
import { directory } from '../../support/given/values.ts';
import { message, type RawRequest, rawServer } from '../../support/servers/raw-server.ts';

const ABANDON = 0x50;
const INFO = '8100';

/** Opens a search after the bind; `answer` says what the server sends for the search. */
async function open(answer: (request: RawRequest) => Buffer | undefined) {
  const server = await rawServer(request =>
    request.operation === 0x60 ? writeDone(request.id, 'bind', { kind: 'done', code: 0 }) : answer(request),
  );
  const settings = directory({
    urls: [server.url],
    bindDn: 'cn=a',
    bindPassword: 'b',
    operationTimeoutMs: 50,
  });
  const connection = await connect(server.url, settings);
  const operations: number[] = [];
  const received = Promise.withResolvers<void>();
  const more = () =>
    openSearch(
      connection.wire,
      messageId => new SearchRequest({ messageId, baseDN: '', scope: 'sub', filter: parseFilter('(cn=a)') }),
      (_, operation) => {
        operations.push(operation);
        received.resolve();
      },
    );
  const search = more();
  return {
    server,
    search,
    more,
    wire: connection.wire,
    operations,
    received: received.promise,
    async [Symbol.asyncDispose]() {
      search.ended.catch(() => {});
      connection[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('an open search', () => {
  it('hands over intermediate responses, and ends with the result of the server', async () => {
    await using opened = await open(({ id }) =>
      Buffer.concat([message(id, 0x79, INFO), writeDone(id, 'search', { kind: 'done', code: 53 })]),
    );
    expect((await opened.search.ended).result.status).toBe(53);
    expect(opened.operations).toEqual([0x79]);
  });

  it('has no time limit', async () => {
    await using opened = await open(({ id }) => message(id, 0x79, INFO));
    await opened.received;
    const outcome = await Promise.race([
      opened.search.ended.then(
        () => 'ended',
        () => 'failed',
      ),
      new Promise(resolve => setTimeout(resolve, 150, 'open')),
    ]);
    expect(outcome).toBe('open');
  });

  it.each([
    ['a message of another operation', 0x78],
    ['a message of an unknown operation', 0x7e],
  ])('ends the connection for %s', async (_, operation) => {
    await using opened = await open(({ id }) => message(id, operation, INFO));
    await expect(opened.search.ended).rejects.toMatchObject({ code: 'malformed' });
  });

  it('is abandoned once, and ignores what the server has sent meanwhile', async () => {
    await using opened = await open(({ id, operation }) =>
      operation === ABANDON ? message(id - 1, 0x79, INFO) : message(id, 0x79, INFO),
    );
    await opened.received;
    opened.search.abandon();
    opened.search.abandon();
    await expect.poll(() => opened.server.operations).toEqual([0x60, 0x63, ABANDON]);
    expect(opened.operations).toEqual([0x79]);
  });
});

describe('the requests of one turn of the event loop', () => {
  it('are sent together, except the first, which is sent at once so that the server can start', async () => {
    await using opened = await open(() => undefined);
    const { socket } = opened.wire;
    expect(socket.writableLength).toBe(0);
    const second = opened.more();
    expect(socket.writableLength).toBeGreaterThan(0);
    second.ended.catch(() => {});
    await setImmediate();
    expect(socket.writableLength).toBe(0);
  });
});

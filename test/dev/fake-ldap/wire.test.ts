/** The LDAP server of the tests reads messages from a stream and ends connections cleanly. */
import { BerReader, FilterParser, SearchRequest, UnbindRequest } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { createFrames } from '../../../src/directory/protocol/ber/frames.ts';
import { startFixture, suffix } from './fixture.ts';
import { openRaw } from './raw-client.ts';

const search = new SearchRequest({
  messageId: 9,
  baseDN: suffix,
  filter: FilterParser.parseString('(cn=*)'),
}).write();

describe('the byte stream', () => {
  it('is cut into messages for every split into chunks', () => {
    const stream = Buffer.concat([search, search, search]);
    for (let size = 1; size <= stream.length; size += 1) {
      const frames = createFrames();
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      );
      expect(chunks.flatMap(chunk => frames(chunk))).toEqual([search, search, search]);
    }
  });

  it.each([
    ['is not LDAP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['announces more than any message holds', Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff])],
    ['holds a request that does not exist', Buffer.from([0x30, 0x05, 0x02, 0x01, 0x01, 0x41, 0x00])],
    ['ends within a request', Buffer.from([0x30, 0x06, 0x02, 0x01, 0x01, 0x60, 0x01, 0x02])],
  ])('is answered with a notice of disconnection when it %s', async (_, bytes) => {
    await using server = await startFixture();
    using client = await openRaw(server);
    client.send(bytes);
    const reader = new BerReader(await client.ended());
    reader.readSequence();
    expect(reader.readInt()).toBe(0);
    reader.readSequence(0x78);
    expect(reader.readEnumeration()).toBe(2);
    reader.readString();
    reader.readString();
    expect(reader.readString(0x8a)).toBe('1.3.6.1.4.1.1466.20036');
  });

  it('ends when the client unbinds', async () => {
    await using server = await startFixture();
    using client = await openRaw(server);
    client.send(new UnbindRequest({ messageId: 1 }).write());
    expect(await client.ended()).toHaveLength(0);
  });

  it('continues after an abandoned request', async () => {
    await using server = await startFixture({ allowAnonymous: true });
    using client = await openRaw(server);
    client.send(Buffer.from([0x30, 0x06, 0x02, 0x01, 0x07, 0x50, 0x01, 0x06]));
    expect(await client.page(100)).toMatchObject({ status: 0 });
  });

  it('ends for all clients when the server closes, and the port is free again', async () => {
    const server = await startFixture();
    using client = await openRaw(server);
    const ended = client.ended();
    await server.close();
    await ended;
    await server.close();
    await using again = await startFixture({ port: server.port });
    expect(again.url).toBe(server.url);
  });
});

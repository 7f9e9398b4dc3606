/** The LDAP server of the tests reads messages from a stream and ends connections cleanly. */
import {
  BerReader,
  BerWriter,
  FilterParser,
  InvalidAsn1Error,
  ProtocolOperation,
  SearchRequest,
  UnbindRequest,
} from 'ldapts';
import { describe, expect, it } from 'vitest';
import { createFrames } from '../../../src/directory/protocol/ber/frames.ts';
import { readMessage } from '../../../src/directory/protocol/ber/requests.ts';
import { MalformedMessage } from '../../../src/directory/protocol/ber/values.ts';
import { startFixture, suffix } from './fixture.ts';
import { openRaw } from './raw-client.ts';

const search = new SearchRequest({
  messageId: 9,
  baseDN: suffix,
  filter: FilterParser.parseString('(cn=*)'),
}).write();

/** A search whose filter is negated this many times. */
function negated(times: number): Buffer {
  const writer = new BerWriter({ size: 64 + 8 * times });
  writer.startSequence();
  writer.writeInt(9);
  writer.startSequence(ProtocolOperation.LDAP_REQ_SEARCH);
  writer.writeString(suffix);
  for (const enumeration of [2, 0]) writer.writeEnumeration(enumeration);
  for (const limit of [0, 0]) writer.writeInt(limit);
  writer.writeBoolean(false);
  for (let time = 0; time < times; time += 1) writer.startSequence(0xa2);
  writer.writeString('cn', 0x87);
  for (let time = 0; time < times + 2; time += 1) writer.endSequence();
  return writer.buffer;
}

function outcomeOf(bytes: Buffer): string {
  try {
    readMessage(bytes);
    return 'decoded';
  } catch (error) {
    const isMalformed = error instanceof MalformedMessage || error instanceof InvalidAsn1Error;
    return isMalformed ? 'malformed' : String(error);
  }
}

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

  it('ends for every changed byte of a request, decoded or as malformed (G59)', () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < search.length; at += 1) {
      for (let value = 0; value < 256; value += 1) {
        const changed = Buffer.from(search);
        changed[at] = value;
        for (const bytes of [changed, changed.subarray(0, at + 1)]) outcomes.add(outcomeOf(bytes));
      }
    }
    expect([...outcomes].toSorted()).toEqual(['decoded', 'malformed']);
  });

  it('ends a filter that is nested too deeply to read (G59)', () => {
    expect(outcomeOf(negated(10))).toBe('decoded');
    expect(outcomeOf(negated(20_000))).toBe('malformed');
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

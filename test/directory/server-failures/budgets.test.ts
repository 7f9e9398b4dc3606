/** Limits on the size of a server's answers, and the message if one is exceeded. */
import { describe, expect, it } from 'vitest';
import { readResult } from '../../../src/directory/connection/result.ts';
import { writeDone, writeEntry, writeReference } from '../../../src/directory/protocol/ber/replies.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { ALICE, group, members, serve } from '../../support/given/directory.ts';
import { failureOf } from '../../support/given/small-directory.ts';
import { directory } from '../../support/given/values.ts';
import { message, type RawRequest, rawServer } from '../../support/servers/raw-server.ts';

const FINE = group(19, 'fine', [ALICE.dn]);
const [BIND, SEARCH] = [0x60, 0x63];
const SUCCESS = '0a0100 0400 0400';
const MIB = 1024 * 1024;

/** The failure of a read if every search is answered with these bytes, at most a megabyte in one message. */
async function refused(bytes: (id: number) => Buffer) {
  const answer = ({ id, operation }: RawRequest) => {
    if (operation === BIND) return message(id, 0x61, SUCCESS);
    return operation === SEARCH ? bytes(id) : undefined;
  };
  await using server = await rawServer(answer);
  return await failureOf(directory({ urls: [server.url], maxMessageBytes: MIB, maxValueBytes: 1024 }));
}

function entryOf(id: number, bytes: number): Buffer {
  const attributes = [{ name: 'cn', values: [Buffer.alloc(bytes)] }];
  return writeEntry(id, { kind: 'entry', dn: 'cn=a', attributes });
}

describe('what a server sends', () => {
  it.each([
    [
      'a message of 200 MB',
      () => Buffer.from('30840bebc200', 'hex'),
      /a message of 200000000 bytes is announced/,
    ],
    [
      'entries without end',
      (id: number) => Buffer.concat(Array.from({ length: 20 }, () => entryOf(id, MIB / 2))),
      /one answer has more than 8388608 bytes, and maxMessageSize allows 1048576 a message and 8 times that/,
    ],
    [
      'a reference that is long',
      (id: number) => writeReference(id, { kind: 'reference', urls: [`ldap://${'x'.repeat(2_000)}`] }),
      /a reference has 2007 bytes, and maxValueSize allows 1024/,
    ],
    [
      'references without end',
      (id: number) => {
        const one = writeReference(id, {
          kind: 'reference',
          urls: Array.from({ length: 50 }, () => 'ldap://a'),
        });
        return Buffer.concat(Array.from({ length: 201 }, () => one));
      },
      /it contains more than 10000 references/,
    ],
  ])('is rejected if it is %s, and the setting is named (G67)', async (_, bytes, reason) => {
    const error = await refused(bytes);
    expect(error).toMatchObject({ code: 'malformed' });
    expect(error.message).toMatch(reason);
  });

  it('is rejected if a paging cookie is longer than a value may be (G67)', () => {
    const bytes = writeDone(7, 'search', { kind: 'done', code: 0, cookie: 'x'.repeat(1_000_000) });
    const read = (maxValueBytes: number) =>
      readResult({ bytes, start: 0, end: bytes.length }, 0x65, { maxMessageBytes: MIB, maxValueBytes });
    expect(() => read(1024)).toThrow(/a paging cookie has 1000000 bytes, and maxValueSize allows 1024/);
    expect(read(MIB).cookie).toHaveLength(1_000_000);
  });
});

describe('a member value', () => {
  const long = `cn=${'\uFDFA'.repeat(300_000)},ou=people,dc=test`;

  it.each([
    ['member', group(11, 'odd', [ALICE.dn, long])],
    ['memberUid', group(11, 'odd', [ALICE.dn], { memberUid: ['alice', 'x'.repeat(20_000)] })],
  ])('of %s that is too long makes its group unknown, and no other (G67)', async (attribute, odd) => {
    await using fake = await serve([ALICE, odd, FINE]);
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'odd')).toMatch(
      new RegExp(`its ${attribute} value 2 has \\d+ bytes, more than maxValueSize allows`),
    );
    expect(members(snapshot, 'fine')).toEqual(['alice']);
  });

  it('is read at any length that the configuration allows (G67)', async () => {
    await using fake = await serve([ALICE, group(11, 'odd', [ALICE.dn, long])], {
      maxValueBytes: 2 * MIB,
    });
    expect(members(await readDirectory(fake.settings), 'odd')).toEqual(['alice']);
  });
});

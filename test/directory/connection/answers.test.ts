/** Checks the message readers against truncated and changed bytes: every length, every byte. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  readEnvelope,
  readIntermediate,
  readReference,
  readResult,
} from '../../../src/directory/connection/result.ts';
import { readEntry, valuesOf } from '../../../src/directory/entry/entry.ts';
import { writeDone, writeEntry, writeReference } from '../../../src/directory/protocol/ber/replies.ts';
import { DirectoryError } from '../../../src/errors.ts';

const LIMITS = { maxMessageBytes: 1 << 20, maxValueBytes: 1024 };
const ENTRY = writeEntry(7, {
  kind: 'entry',
  dn: 'cn=a,dc=test',
  attributes: [
    { name: 'cn', values: [Buffer.from('a')] },
    { name: 'member', values: [Buffer.from('uid=x,dc=test'), Buffer.from('uid=y,dc=test')] },
  ],
});

const whole = (bytes: Buffer) => ({ bytes, start: 0, end: bytes.length });
const result = (operation: number) => (bytes: Buffer) => readResult(whole(bytes), operation, LIMITS);
const entry = (bytes: Buffer) => {
  const read = readEntry(whole(bytes));
  return { dn: read.dn, member: valuesOf(read, 'member') };
};

/** What is read, and with which reader. */
const ANSWERS: readonly (readonly [string, Buffer, (bytes: Buffer) => unknown])[] = [
  ['a bind', writeDone(1, 'bind', { kind: 'done', code: 49, message: 'no' }), result(0x61)],
  ['the last page', writeDone(7, 'search', { kind: 'done', code: 0, cookie: '' }), result(0x65)],
  ['a page', writeDone(7, 'search', { kind: 'done', code: 0, cookie: 'next' }), result(0x65)],
  [
    'a referral',
    writeDone(7, 'search', { kind: 'done', code: 10, referral: ['ldap://b', 'ldap://c'] }),
    result(0x65),
  ],
  ['who we are', writeDone(2, 'extended', { kind: 'done', code: 0, value: 'dn:cn=a' }), result(0x78)],
  [
    'a continuation reference',
    writeReference(7, { kind: 'reference', urls: ['ldap://b/dc=b'] }),
    bytes => readReference(whole(bytes), LIMITS),
  ],
  ['an entry', ENTRY, entry],
  [
    'an intermediate response',
    Buffer.from('300f0201077a0a8003312e3281030a0102'.replace('7a', '79'), 'hex'),
    bytes => {
      const { name, value } = readIntermediate(whole(bytes));
      return { name, value: value?.bytes.toString('hex', value.at, value.end) };
    },
  ],
];

/** Undefined if the bytes are rejected as malformed. Any other exception fails the test. */
function outcome(read: (bytes: Buffer) => unknown, bytes: Buffer): unknown {
  try {
    readEnvelope(whole(bytes));
    return read(bytes);
  } catch (error) {
    if (error instanceof DirectoryError && error.code === 'malformed') return undefined;
    throw error;
  }
}

/** The first bytes as a message of its own, with its length adjusted. */
function cut(bytes: Buffer, length: number): Buffer {
  const left = Buffer.from(bytes.subarray(0, length));
  if (left.length > 1 && (left[1] ?? 0) < 0x80) left[1] = length - 2;
  return left;
}

describe.each(ANSWERS)('%s', (what, sent, read) => {
  it('is read if it is complete', () => {
    expect(outcome(read, sent)).toBeDefined();
  });

  it('is malformed at every truncated length, unless only its controls are missing (G59)', () => {
    const believed = sent.length - 1;
    const readAnyway: unknown[] = [];
    for (let length = 0; length <= believed; length += 1) {
      const found = outcome(read, cut(sent, length));
      if (found !== undefined) readAnyway.push(found);
    }
    const isPaged = what.includes('page');
    expect(readAnyway).toEqual(isPaged ? [expect.objectContaining({ status: 0, cookie: undefined })] : []);
  });

  it('is rejected as malformed or read if any byte is changed, without another exception or a loop (G59)', () => {
    for (let at = 0; at < sent.length; at += 1)
      for (let byte = 0; byte < 256; byte += 1) {
        const changed = Buffer.from(sent);
        changed[at] = byte;
        outcome(read, changed);
      }
  });
});

describe('a length that is wrong by a few bytes', () => {
  it('never makes a member of an entry disappear (G59)', () => {
    const names = ENTRY.indexOf('member') + 'member'.length;
    // The first length is that of the message, at which the frame was split.
    const lists = [...ENTRY.keys()].filter(at => at > 1 && [0x30, 0x31].includes(ENTRY[at - 1] ?? 0));
    const lengths = [...lists, ENTRY.indexOf(0x64) + 1];
    expect(lengths).toContain(names + 1);
    for (const at of lengths)
      for (let byte = 0; byte < 128; byte += 1) {
        if (byte === ENTRY[at]) continue;
        const changed = Buffer.from(ENTRY);
        changed[at] = byte;
        expect(outcome(entry, changed)).toBeUndefined();
      }
  });

  it('never hides that there are more pages (G59)', () => {
    const page = writeDone(7, 'search', { kind: 'done', code: 0, cookie: 'next' });
    const operationLength = page.indexOf(0x65) + 1;
    for (let byte = 0; byte < 256; byte += 1) {
      if (byte === page[operationLength]) continue;
      const changed = Buffer.from(page);
      changed[operationLength] = byte;
      expect(outcome(result(0x65), changed)).toBeUndefined();
    }
  });
});

describe('a result', () => {
  it.each([
    ['no octets', '0a00 0400 0400'],
    ['no code', '0400 0400'],
    ['no diagnostic message', '0a0100 0400'],
    ['five octets', '0a050000000000 0400 0400'],
    ['a negative code', '0a01ff 0400 0400'],
  ])('with %s is malformed (G68)', (_, content) => {
    const body = Buffer.from(content.replaceAll(' ', ''), 'hex');
    const message = Buffer.concat([Buffer.from([0x30, body.length + 5, 2, 1, 7, 0x65, body.length]), body]);
    expect(outcome(result(0x65), message)).toBeUndefined();
  });

  it('may have components that a later version of the protocol adds', () => {
    const body = '0a0100 0400 0400 8f0178';
    const bytes = Buffer.from(`300f 020107 650a ${body}`.replaceAll(' ', ''), 'hex');
    expect(outcome(result(0x65), bytes)).toMatchObject({ status: 0 });
  });

  it('shortens a diagnostic message of megabytes (G67)', () => {
    const bytes = writeDone(7, 'search', { kind: 'done', code: 1, message: 'x'.repeat(1_000_000) });
    expect(readResult(whole(bytes), 0x65, LIMITS).errorMessage.length).toBe(1024);
  });
});

describe('the library', () => {
  it('is used only to write requests and never reads bytes of a server (G59)', () => {
    // The server of a snapshot reads requests with it, of clients of the same machine and those that Rollcall wrote.
    const paths = globSync('src/directory/**/*.ts').filter(
      path => !path.startsWith('src/directory/protocol/ber/'),
    );
    const imports = paths.map(
      path => /import (?:type )?\{([^}]*)\} from 'ldapts'/.exec(readFileSync(path, 'utf8'))?.[1] ?? '',
    );
    expect(imports.join(' ')).toContain('SearchRequest');
    expect(imports.join(' ')).not.toMatch(/Reader|Parser|Response|SearchEntry|SearchReference|Client\b/);
  });
});

/** Replaces the names in the lines of a snapshot. Equal names get the same pseudonym everywhere, and the key is not kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { EntryLine, Line, Part, Request, Value } from '../recording/lines.ts';
import { bytesOf, written } from '../recording/messages.ts';
import { mapFilter } from './filters.ts';
import { createPermutation, type Permute } from './permutation.ts';
import { createTypeTest, mapText, type TextRules } from './texts.ts';
import { mapBytes, mapValue, type ValueRules } from './values.ts';
import { createWords, type Replace } from './words.ts';

export interface Anonymiser {
  readonly line: (line: Line | Request | Part) => Line | Request | Part;
  /** A name, DN, identity or URL. */
  readonly text: (text: string) => string;
  readonly filter: (filter: string) => string;
  /** The digest of a value that is not text, after its line. */
  readonly digest: (digest: string) => string;
}

/**
 * @param attributes by which the configuration names entries
 * @param key for tests. Default: random
 */
export function createAnonymiser(attributes: readonly string[], key = randomBytes(32)): Anonymiser {
  const permute = createPermutation(key);
  const names = new Set(attributes.map(name => name.toLowerCase()));
  const words = createWords(permute);
  const digests = new Map<string, string>();
  const value = (name: string, bytes: Buffer) => mapValue(values, name, bytes);
  const texts: TextRules = {
    words,
    bytes: bytes => mapBytes({ permute }, bytes),
    isType: createTypeTest(attributes),
    filter: text => mapFilter(text, value, words),
  };
  const text = (given: string) => mapText(texts, given);
  const values: ValueRules = { permute, text, isName: type => names.has(type) };

  function mapWritten(name: string, given: Value): Value {
    const bytes = bytesOf(given);
    const mapped = value(name, bytes);
    if (typeof given !== 'string') digests.set(digestOf(bytes), digestOf(mapped));
    return written(mapped);
  }

  function entry({ dn, attributes: list }: EntryLine): EntryLine {
    return {
      dn: text(dn),
      attributes: list.map(([name, given]) => [name, given.map(each => mapWritten(name, each))]),
    };
  }

  return {
    text,
    filter: texts.filter,
    digest: digest => digests.get(digest) ?? digest,
    line: given => {
      if ('dn' in given) return entry(given);
      if ('search' in given) {
        const { base, filter, page, ...search } = given.search;
        const cookie = page && { page: { ...page, cookie: mapCookie(permute, page.cookie) } };
        return { search: { ...search, base: text(base), filter: texts.filter(filter), ...cookie } };
      }
      if ('references' in given) return { references: given.references.map(text) };
      if ('server' in given) return { server: text(given.server) };
      if ('answered' in given) return { answered: text(given.answered) };
      if ('failed' in given)
        return { failed: { ...given.failed, problem: 'The read failed', fix: undefined } };
      if ('read' in given) return { read: { ...given.read, position: mapMarker(text, given.read.position) } };
      if (!('result' in given)) return given;
      // Messages name entries and servers in any form.
      const { message: _, value: identity, cookie, ...result } = given;
      return {
        ...result,
        ...(identity !== undefined && { value: mapIdentity(text, identity) }),
        ...(cookie !== undefined && { cookie: mapCookie(permute, cookie) }),
      };
    },
  };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const UNNAMED = 'an unnamed controller';

/** A marker is numbers, and the name of the server that counts. */
function mapMarker(text: Replace, marker: string | undefined): string | undefined {
  const [, counts = '', server = ''] = /^(.*?) of (.+)$/s.exec(marker ?? '') ?? [];
  return server === '' || server === UNNAMED ? marker : `${counts} of ${text(server)}`;
}

/** The answer to "Who am I?": `dn:` and a DN, or `u:` and a name. */
function mapIdentity(text: Replace, identity: string): string {
  const [, kind = '', name = identity] = /^(dn:|u:)(.*)$/is.exec(identity) ?? [];
  return `${kind}${text(name)}`;
}

/** Servers choose cookies, and some put names into them. */
function mapCookie(permute: Permute, cookie: string): string {
  const bytes = Array.from(Buffer.from(cookie, 'latin1'), value => ({ value, size: 256 }));
  return Buffer.from(permute(bytes, 'cookie')).toString('latin1');
}

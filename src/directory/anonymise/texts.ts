/** Replaces the names in a text, which may be a DN, an LDAP URL, or anything else. The structure and the attribute types stay. */
import { isUtf8 } from 'node:buffer';
import { readDn, typeName } from '../../text/dn-key.ts';
import { mapUrl } from './urls.ts';
import type { Replace } from './words.ts';

/** The types of RDNs (RFC 4519, and those of products). Another word before an equals sign may be a name. */
const TYPES =
  'cn sn c l st street o ou title uid dc mail email name givenname initials displayname description serialnumber host ' +
  'uidnumber gidnumber employeenumber employeeid samaccountname userprincipalname nsuniqueid entryuuid objectguid ' +
  'ipauniqueid krbprincipalname fqdn associateddomain automountkey ipaconfigstring dnqualifier generationqualifier';

export interface TextRules {
  readonly words: Replace;
  /** The bytes of a value that is not text. */
  readonly bytes: (bytes: Buffer) => Buffer;
  /** Whether a word is the type of an RDN. */
  readonly isType: (word: string) => boolean;
  /** Replaces the values in a search filter. */
  readonly filter: Replace;
}

/** Returns a test for the types of RDNs. `more`: further ones of the configuration. */
export function createTypeTest(more: readonly string[]): (word: string) => boolean {
  const known = new Set([...TYPES.split(' '), ...more.map(typeName)]);
  return word => /^[\d.]+$/.test(word) || known.has(typeName(word));
}

/** Replaces the names in a text. */
export function mapText(rules: TextRules, text: string): string {
  if (/^ *ldap[si]?:\/\//i.test(text)) return mapUrl(rules, text, part => mapText(rules, part));
  const bits = BITS.exec(text)?.[0] ?? '';
  const dn = bits === '' ? text : text.slice(0, -bits.length);
  if (!dn.includes('=') || readDn(dn) === undefined) return rules.words(text);
  return `${mapDn(rules, dn)}${bits}`;
}

/** The bit string after the DN in a value of uniqueMember. */
const BITS = /#'[01]*'B$/i;
const ASSERTION = /([^=,;+]*)(= *)("(?:\\.|[^"\\])*"|(?:\\[0-9a-f]{2}|\\.|[^\\,;+])*)/gisu;

function mapDn(rules: TextRules, dn: string): string {
  return dn.replaceAll(ASSERTION, (_, type: string, sign: string, value: string) => {
    const word = type.trim().replace(/^oid\./i, '');
    return `${rules.isType(word) ? type : rules.words(type)}${sign}${mapRdnValue(rules, value)}`;
  });
}

function mapRdnValue(rules: TextRules, value: string): string {
  const hex = /^#((?:[0-9a-f]{2})+)( *)$/i.exec(value);
  if (hex !== null) return `#${mapBer(rules, Buffer.from(hex[1] ?? '', 'hex')).toString('hex')}${hex[2]}`;
  if (value.startsWith('"')) return `"${mapEscaped(rules, value.slice(1).replace(/"$/, ''))}"`;
  return mapEscaped(rules, value);
}

const BER_HEADER = 2;

/** A value in BER with a short length. */
function mapBer(rules: TextRules, ber: Buffer): Buffer {
  const content = ber.subarray(BER_HEADER);
  const mapped = isUtf8(content) ? Buffer.from(mapText(rules, content.toString())) : rules.bytes(content);
  const length = ber[1] === content.length ? mapped.length : (ber[1] ?? 0);
  return Buffer.concat([Buffer.from([ber[0] ?? 0, length]), mapped]);
}

/** A character of a value, and how it is written: as itself, after a backslash, or as hex pairs. */
interface Spelling {
  readonly character: string;
  readonly written: 'plain' | 'escaped' | 'hex';
}

/** The spelling of each character stays. */
function mapEscaped(rules: TextRules, value: string): string {
  const spellings = (value.match(/(?:\\[0-9a-f]{2})+|\\.|./gisu) ?? []).flatMap(part =>
    spellingsOf(rules, part),
  );
  const text = spellings.map(({ character }) => character).join('');
  const mapped = Array.from(mapText(rules, text));
  const isAligned = mapped.length === spellings.length;
  return mapped
    .map((character, index) => {
      const written = isAligned ? spellings[index]?.written : undefined;
      if (written === 'hex' || (written === 'escaped' && /[0-9a-f]/i.test(character)))
        return hexOf(character);
      return written === 'escaped' || (written === undefined && /[,+"\\<>;=#]/.test(character))
        ? `\\${character}`
        : character;
    })
    .join('');
}

function spellingsOf({ bytes: mapBytes }: TextRules, part: string): Spelling[] {
  if (!part.startsWith('\\')) return [{ character: part, written: 'plain' }];
  if (!/^\\[0-9a-f]{2}/i.test(part)) return [{ character: part.slice(1), written: 'escaped' }];
  const bytes = Buffer.from(part.replaceAll('\\', ''), 'hex');
  if (isUtf8(bytes)) return Array.from(bytes.toString(), character => ({ character, written: 'hex' }));
  const others = mapBytes(bytes).toString('hex').replaceAll(/../g, '\\$&');
  return Array.from(others, character => ({ character, written: 'plain' }));
}

function hexOf(character: string): string {
  return Buffer.from(character).toString('hex').replaceAll(/../g, '\\$&');
}

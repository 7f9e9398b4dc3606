/** The words of a directory, and of a file that must not have them. */
import type { LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';

/** The words of entries that an anonymised file must not have: long enough that no pseudonym is one by chance. */
export function wordsOf(entries: readonly LdifEntry[]): ReadonlySet<string> {
  const schema = /^(objectclass|.*time(stamp)?)$/i;
  const texts = entries.flatMap(({ dn, attributes }) => [
    dn,
    ...Object.entries(attributes).flatMap(([name, values]) => (schema.test(name) ? [] : values.map(String))),
  ]);
  return tokensOf(texts.join('\n'));
}

/** All texts in the lines of a file, also decoded; no keys that the format has. */
export function textsIn(lines: string): string {
  const texts: string[] = [];
  const take = (value: unknown): void => {
    if (typeof value === 'string') texts.push(...decodings(value));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) {
      if (/[^a-z]/i.test(key)) texts.push(key);
      take(each);
    }
  };
  for (const line of lines.split('\n')) take(JSON.parse(line));
  return texts.join('\n');
}

function decodings(text: string): string[] {
  const hex = text.replaceAll(/(?:[\\%][0-9a-f]{2})+/gi, pairs =>
    Buffer.from(pairs.replaceAll(/[\\%]/g, ''), 'hex').toString(),
  );
  return [text, hex, Buffer.from(text, 'base64').toString(), Buffer.from(text, 'base64').toString('latin1')];
}

/** The words of a text that are long enough. */
export function tokensOf(text: string): ReadonlySet<string> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return new Set(
    words.filter(word => /\p{L}/u.test(word) && word.length >= (/\p{Script=Han}/u.test(word) ? 2 : 5)),
  );
}

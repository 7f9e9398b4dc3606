/** Writes an organisation as LDIF. */
import { allEntries, type Entry, suffixEntry } from '../model/entries.ts';
import type { Organisation } from '../model/model.ts';

/** Text that LDIF contains unchanged (RFC 2849, SAFE-STRING without a space at its end). */
const SAFE = /^(?![ :<])[\x20-\x7e]*(?<! )$/;

function line(attribute: string, value: string): string {
  return SAFE.test(value)
    ? `${attribute}: ${value}\n`
    : `${attribute}:: ${Buffer.from(value).toString('base64')}\n`;
}

/** One record, with the empty line that ends it. */
function ldifRecord({ dn, attributes }: Entry): string {
  const lines = Object.entries(attributes).flatMap(([attribute, values]) =>
    values.map(value => line(attribute, value)),
  );
  return `${line('dn', dn)}${lines.join('')}\n`;
}

/**
 * The organisation for slapadd (with entryUUID, which a client may not write), record by record, parents first.
 * `suffix: false` leaves out the suffix entry, for a server that has one.
 */
export function* ldif(organisation: Organisation, options: { suffix?: boolean } = {}): Generator<string> {
  if (options.suffix ?? true) yield ldifRecord(suffixEntry(organisation));
  for (const entry of allEntries(organisation)) yield ldifRecord(entry);
}

/** Selects the attributes of an entry to send (RFC 4511 section 4.5.1.8, RFC 3673). */
import type { Search, SentEntry } from '../protocol/protocol.ts';
import { type Attribute, type Entry, operationalTypes } from './entries.ts';

/** Returns a function that selects the attributes of an entry for one search. */
export function createSelection({ attributes, typesOnly }: Search): (entry: Entry) => SentEntry {
  const asked = new Set(attributes.map(attribute => attribute.toLowerCase()));
  const everyUser = asked.size === 0 || asked.has('*');
  const everyOperational = asked.has('+');
  const wanted = (type: string) =>
    (operationalTypes.has(type) ? everyOperational : everyUser) || isNamed(asked, type);
  return ({ dn, attributes: held }) => ({
    kind: 'entry',
    dn,
    attributes: [...held].filter(([type]) => wanted(type)).map(([, attribute]) => sent(attribute, typesOnly)),
  });
}

/** A name includes its subtypes: "cn" requests "cn;lang-de". */
function isNamed(asked: ReadonlySet<string>, type: string): boolean {
  return asked.has(type) || (type.includes(';') && asked.has(type.slice(0, type.indexOf(';'))));
}

function sent({ name, values }: Attribute, typesOnly: boolean): { name: string; values: readonly Buffer[] } {
  return { name, values: typesOnly ? [] : values };
}

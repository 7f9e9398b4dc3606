/** Faults of the attributes that are sent. */
import { matchKey } from '../../../src/directory/protocol/matching.ts';
import type { Reply, SentAttribute } from '../../../src/directory/protocol/protocol.ts';
import { type Fault, searchFault } from '../server/fault.ts';

type Change = (attribute: SentAttribute) => readonly SentAttribute[];

/** Sends an attribute under another name, such as the same in other letter case. */
export function renameAttribute(name: string, newName: string): Fault {
  return attributeFault(name, ({ values }) => [{ name: newName, values }]);
}

/** Never sends an attribute, like a server whose access rules allow searches by it and no reads. */
export function hideAttribute(name: string): Fault {
  return attributeFault(name, () => []);
}

/** Neither sends an attribute of these entries nor searches by it, like a server whose access rules hide it. */
export function denyAttribute(name: string, isMeant: (dn: string) => boolean = () => true): Fault {
  const type = name.toLowerCase();
  return searchFault((search, answer) => {
    const hides = (dn: string, asked: string, key?: string) =>
      (asked === type && isMeant(dn)) || search.hides?.(dn, asked, key) === true;
    return answer({ ...search, hides }).map(part =>
      part.kind === 'entry' && isMeant(part.dn)
        ? { ...part, attributes: part.attributes.filter(sent => sent.name.toLowerCase() !== type) }
        : part,
    );
  });
}

/** Neither returns single values, given by their match key, nor finds entries by them: an access rule for values. */
export function denyValue(name: string, isMeant: (dn: string, key: string) => boolean): Fault {
  const type = name.toLowerCase();
  return searchFault((search, answer) => {
    const hides = (dn: string, asked: string, key?: string) =>
      (asked === type && key !== undefined && isMeant(dn, key)) || search.hides?.(dn, asked, key) === true;
    return answer({ ...search, hides }).map(part => {
      if (part.kind !== 'entry') return part;
      const left = (attribute: SentAttribute) => {
        if (attribute.name.toLowerCase() !== type) return [attribute];
        const values = attribute.values.filter(value => !isMeant(part.dn, matchKey(type, value)));
        return values.length === 0 ? [] : [{ ...attribute, values }];
      };
      return { ...part, attributes: part.attributes.flatMap(left) };
    });
  });
}

/** Adds a value of any bytes, such as a NUL or invalid UTF-8, to an attribute. */
export function rawValue(name: string, value: Buffer): Fault {
  return attributeFault(name, ({ name: written, values }) => [{ name: written, values: [...values, value] }]);
}

/**
 * Sends at most `limit` values of an attribute, the rest on request by range, as Active Directory does above 1 500: a
 * request for the plain attribute returns it empty, together with its first range ([MS-ADTS] section 3.1.1.3.1.3.3).
 */
export function rangedAttribute(name: string, limit: number): Fault {
  const range = new RegExp(`^${name};range=(\\d+)-(?:\\d+|\\*)$`, 'i');
  return searchFault((search, answer) => {
    const asked = search.attributes
      .map(attribute => range.exec(attribute)?.[1])
      .find(from => from !== undefined);
    const attributes = search.attributes.map(attribute => attribute.replace(range, name));
    const reply = answer({ ...search, attributes });
    return withAttribute(reply, name, attribute => cutRange(attribute, limit, asked));
  });
}

function cutRange(
  { name, values }: SentAttribute,
  limit: number,
  asked: string | undefined,
): SentAttribute[] {
  if (asked === undefined && values.length <= limit) return [{ name, values }];
  const from = Number(asked ?? 0);
  const part = values.slice(from, from + limit);
  const end = from + part.length;
  const ranged = { name: `${name};range=${from}-${end === values.length ? '*' : end - 1}`, values: part };
  return asked === undefined ? [{ name, values: [] }, ranged] : [ranged];
}

function attributeFault(name: string, change: Change): Fault {
  return searchFault((search, answer) => withAttribute(answer(search), name, change));
}

function withAttribute(reply: Reply, name: string, change: Change): Reply {
  const type = name.toLowerCase();
  return reply.map(part => {
    if (part.kind !== 'entry') return part;
    const attributes = part.attributes.flatMap(attribute =>
      attribute.name.toLowerCase() === type ? change(attribute) : [attribute],
    );
    return { ...part, attributes };
  });
}

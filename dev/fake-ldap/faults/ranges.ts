/** Faults of attributes that come in ranges; they stand before `rangedAttribute`, nearer to the client. */
import type { SentAttribute } from '../protocol/protocol.ts';
import { type Fault, searchFault } from '../server/fault.ts';

/** Sends the range that begins at `from` under another name: one that is no range, or another one. */
export function misnamedRange(name: string, from: number, written: string): Fault {
  return rangeFault(name, from, ({ values }) => [{ name: written, values }]);
}

/** Leaves out the range that begins at `from`. */
export function missingRange(name: string, from: number): Fault {
  return rangeFault(name, from, () => []);
}

/** Sends the range that begins at `from` without its values. */
export function emptyRange(name: string, from: number): Fault {
  return rangeFault(name, from, range => [{ ...range, values: [] }]);
}

/** Sends a range twice: once more under a name of its own. */
export function doubledRange(name: string, from: number, written: string): Fault {
  return rangeFault(name, from, range => [range, { ...range, name: written }]);
}

function rangeFault(
  name: string,
  from: number,
  change: (range: SentAttribute) => readonly SentAttribute[],
): Fault {
  const start = `${name};range=${from}-`.toLowerCase();
  return searchFault((search, answer) =>
    answer(search).map(part => {
      if (part.kind !== 'entry') return part;
      const attributes = part.attributes.flatMap(attribute =>
        attribute.name.toLowerCase().startsWith(start) ? change(attribute) : [attribute],
      );
      return { ...part, attributes };
    }),
  );
}

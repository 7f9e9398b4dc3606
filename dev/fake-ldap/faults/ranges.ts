/** Faults of attributes in ranges; they are applied before `rangedAttribute`, nearer to the client. */
import type { SentAttribute } from '../../../src/directory/protocol/protocol.ts';
import { type Fault, searchFault } from '../server/fault.ts';

/** Sends the range from `from` under another name: another range, or not a range. */
export function misnamedRange(name: string, from: number, written: string): Fault {
  return rangeFault(name, from, ({ values }) => [{ name: written, values }]);
}

/** Leaves out the range from `from`. */
export function missingRange(name: string, from: number): Fault {
  return rangeFault(name, from, () => []);
}

/** Sends the range from `from` without its values. */
export function emptyRange(name: string, from: number): Fault {
  return rangeFault(name, from, range => [{ ...range, values: [] }]);
}

/** Sends a range twice, the second time under another name. */
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

/** Compares two trees, as the changes that lead from one to the other. */

import type { Entry } from '../../../src/directory/server/entries.ts';
import type { EntryChange } from './changes.ts';
import type { Tree } from './tree.ts';

const TIMES: readonly string[] = ['createtimestamp', 'modifytimestamp'];

/** Deletions come last, so that an entry that moved exists at each moment. */
export function differences(before: Tree, now: Tree): EntryChange[] {
  const old = entriesOf(before);
  const present = entriesOf(now);
  const changes: EntryChange[] = [];
  for (const [key, entry] of present) {
    const earlier = old.get(key);
    if (earlier === undefined) changes.push({ type: 'add', entry });
    else if (contentOf(earlier) !== contentOf(entry)) changes.push({ type: 'modify', entry });
  }
  for (const [key, entry] of old) if (!present.has(key)) changes.push({ type: 'delete', entry });
  return changes;
}

function entriesOf(tree: Tree): Map<string, Entry> {
  return new Map([...tree.under(tree.suffix, 'sub')].map(entry => [entry.key, entry]));
}

function contentOf({ dn, attributes }: Entry): string {
  const own = [...attributes]
    .filter(([type]) => !TIMES.includes(type))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, { values }]) => [type, values.map(value => value.toString('base64'))]);
  return JSON.stringify([dn, own]);
}

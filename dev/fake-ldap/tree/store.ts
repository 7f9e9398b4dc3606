/** The contents of a server: entries, their changes, and a reload. */

import { keyOf } from '../../../src/directory/protocol/dn.ts';
import { type Changes, createChanges, type EntryChange } from './changes.ts';
import { differences } from './differences.ts';
import { generalizedTime } from './entries.ts';
import type { LdifEntry } from './ldif.ts';
import { createTree, type Tree } from './tree.ts';

export interface Store extends Changes {
  readonly tree: () => Tree;
  /** Calls `onChange` for every later change, until the returned function is called. */
  readonly follow: (onChange: (change: EntryChange) => void) => () => void;
  /** Replaces all entries by these, parents first. Throws as `add`, and then keeps the old ones. */
  readonly load: (entries: readonly LdifEntry[]) => void;
}

interface Contents {
  readonly tree: Tree;
  readonly changes: Changes;
}

/** A store with entries at and below `suffix`, which is created if it is not the first entry. Throws as `load`. */
export function createStore(suffix: string, entries: readonly LdifEntry[], clock: () => Date): Store {
  const nextCsn = createChangeNumbers(clock);
  const followers = new Set<(change: EntryChange) => void>();
  const onChange = (change: EntryChange) => {
    for (const follower of followers) follower(change);
  };
  const filled = (wanted: readonly LdifEntry[]): Contents => {
    const tree = createTree(suffix);
    const filling = createChanges(tree, { clock, nextCsn, onChange: () => {} });
    for (const entry of withSuffix(suffix, wanted)) filling.add(entry);
    return { tree, changes: createChanges(tree, { clock, nextCsn, onChange }) };
  };
  let contents = filled(entries);
  return {
    tree: () => contents.tree,
    follow: follower => {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    load: wanted => {
      const { tree: before } = contents;
      contents = filled(wanted);
      for (const change of differences(before, contents.tree)) onChange(change);
    },
    add: entry => contents.changes.add(entry),
    modify: (dn, modification) => contents.changes.modify(dn, modification),
    delete: dn => contents.changes.delete(dn),
    rename: (dn, newDn) => contents.changes.rename(dn, newDn),
  };
}

function withSuffix(suffix: string, entries: readonly LdifEntry[]): readonly LdifEntry[] {
  const [first] = entries;
  if (first && keyOf(first.dn) === keyOf(suffix)) return entries;
  return [{ dn: suffix, attributes: { objectClass: ['top', 'extensibleObject'] } }, ...entries];
}

/** Change sequence numbers as OpenLDAP writes them: time, count, server, modification. No two are equal. */
function createChangeNumbers(clock: () => Date): () => string {
  let count = 0;
  return () => {
    count += 1;
    const now = clock();
    const time = generalizedTime(now).replace('Z', `.${String(now.getMilliseconds()).padStart(3, '0')}000Z`);
    return `${time}#${count.toString(16).padStart(6, '0')}#000#000000`;
  };
}

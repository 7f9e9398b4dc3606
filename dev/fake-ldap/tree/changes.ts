/** Changes of the entries, as administrators of a directory make them. */

import { keyOf, parentKey } from '../../../src/directory/protocol/dn.ts';
import { type ChangeNotice, LdapFailure, resultCode } from '../../../src/directory/protocol/protocol.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';
import { isUnder } from '../../../src/text/dn-key.ts';
import { rdnText } from './dn.ts';
import { createEntry, generalizedTime, placeEntry, withAttributes } from './entries.ts';
import type { LdifEntry } from './ldif.ts';
import { type Modification, modified, renamed } from './modify.ts';
import type { Tree } from './tree.ts';

/**
 * Each changes the contextCSN of the suffix. They throw LdapFailure with the result code that a client would get, and
 * then change nothing.
 */
export interface Changes {
  /** Adds an entry; it gets an entryUUID unless it has one. */
  readonly add: (entry: LdifEntry) => void;
  readonly modify: (dn: string, modification: Modification) => void;
  /** Deletes an entry without children. */
  readonly delete: (dn: string) => void;
  /**
   * Moves an entry and its children to another DN; they keep their entryUUIDs. Member values of other entries do not
   * change.
   */
  readonly rename: (dn: string, newDn: string) => void;
}

/** What happened to an entry. `entry`: as it is now, or as it was before it was deleted. */
export interface EntryChange extends ChangeNotice {
  readonly entry: Entry;
}

interface Sources {
  /** The source of timestamps. */
  readonly clock: () => Date;
  /** The source of contextCSN. */
  readonly nextCsn: () => string;
  readonly onChange: (change: EntryChange) => void;
}

/** The changes of a tree. */
export function createChanges(tree: Tree, { clock, nextCsn, onChange }: Sources): Changes {
  function finish(change: EntryChange): void {
    const suffix = tree.find(tree.suffix);
    tree.put(placeEntry(suffix.dn, withAttributes(suffix.attributes, { contextCSN: [nextCsn()] })));
    onChange(change);
  }

  function add(entry: LdifEntry): void {
    requireFree(tree, entry.dn);
    const added = createEntry(entry, clock());
    tree.put(added);
    finish({ type: 'add', entry: added });
  }

  function changed(dn: string, modification: Modification): Entry {
    const entry = tree.find(dn);
    const touched = { modifyTimestamp: [generalizedTime(clock())] };
    const now = placeEntry(entry.dn, withAttributes(modified(entry.attributes, modification), touched));
    tree.put(now);
    return now;
  }

  function modify(dn: string, modification: Modification): void {
    finish({ type: 'modify', entry: changed(dn, modification) });
  }

  function remove(dn: string): void {
    if (!tree.under(dn, 'children').next().done) {
      throw new LdapFailure(resultCode.notAllowedOnNonLeaf, `"${dn}" has entries below it`);
    }
    const entry = tree.find(dn);
    tree.cut(dn);
    finish({ type: 'delete', entry });
  }

  function rename(dn: string, newDn: string): void {
    requirePlace(tree, dn, newDn);
    const moved = new Map<string, string>();
    for (const entry of tree.cut(dn)) {
      const parent = moved.get(parentKey(entry.key));
      const target = parent === undefined ? newDn : `${rdnText(entry.dn)},${parent}`;
      moved.set(entry.key, target);
      tree.put(placeEntry(target, parent === undefined ? renamed(entry, newDn) : entry.attributes));
    }
    finish({ type: 'rename', entry: changed(newDn, {}), previousDn: dn });
  }

  return { add, modify, delete: remove, rename };
}

function requireFree(tree: Tree, dn: string): void {
  if (tree.has(dn)) throw new LdapFailure(resultCode.entryAlreadyExists, `"${dn}" is there already`);
}

/** The DN is free, and its parent exists and is not part of the moved entries. */
function requirePlace(tree: Tree, dn: string, newDn: string): void {
  const [key, newKey] = [tree.find(dn).key, keyOf(newDn)];
  if (newKey !== key) requireFree(tree, newDn);
  if (isUnder(parentKey(newKey), key)) {
    throw new LdapFailure(resultCode.unwillingToPerform, `"${newDn}" lies below what is to move there`);
  }
  tree.find(parentKey(newKey));
}

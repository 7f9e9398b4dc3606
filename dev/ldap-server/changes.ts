/** Changes to the entries: how tests and the demonstration play the people who look after a directory. */
import { keyOf, parentKey, rdnOf, rdnText } from './dn.ts';
import { bytesOf, createEntry, type Entry, generalizedTime, placeEntry, withAttributes } from './entries.ts';
import type { Attributes, LdifEntry, Value } from './ldif.ts';
import { matchKey } from './matching.ts';
import { LdapFailure, resultCode } from './protocol.ts';
import type { Tree } from './tree.ts';

/** `replace` comes first; an empty list stands for the whole attribute, in `delete` as in `replace`. */
export interface Modification {
  readonly replace?: Attributes;
  readonly delete?: Attributes;
  readonly add?: Attributes;
}

/** Each moves the contextCSN of the suffix. They throw LdapFailure with the code that a client would get. */
export interface Changes {
  /** Adds an entry, with an entryUUID of its own where it brings none. */
  add(entry: LdifEntry): void;
  modify(dn: string, modification: Modification): void;
  /** Deletes an entry that has none below it. */
  delete(dn: string): void;
  /** Gives an entry another DN, and all below it; it keeps its entryUUID. Member values elsewhere stay as they are. */
  rename(dn: string, newDn: string): void;
}

/** The changes of a tree. `clock`: what modifyTimestamp and contextCSN are taken from. */
export function createChanges(tree: Tree, clock: () => Date): Changes {
  let count = 0;

  function moveMarker(): void {
    count += 1;
    const suffix = tree.find(tree.suffix);
    const csn = changeNumber(clock(), count);
    tree.put(placeEntry(suffix.dn, withAttributes(suffix.attributes, { contextCSN: [csn] })));
  }

  function add(entry: LdifEntry): void {
    const made = createEntry(entry, clock());
    if (tree.has(made.dn)) {
      throw new LdapFailure(resultCode.entryAlreadyExists, `"${made.dn}" is there already`);
    }
    tree.put(made);
    moveMarker();
  }

  function modify(dn: string, modification: Modification): void {
    const entry = tree.find(dn);
    const touched = { modifyTimestamp: [generalizedTime(clock())] };
    tree.put(placeEntry(entry.dn, withAttributes(modified(entry, modification), touched)));
    moveMarker();
  }

  function remove(dn: string): void {
    if (!tree.under(dn, 'children').next().done) {
      throw new LdapFailure(resultCode.notAllowedOnNonLeaf, `"${dn}" has entries below it`);
    }
    tree.cut(dn);
    moveMarker();
  }

  function rename(dn: string, newDn: string): void {
    if (tree.has(newDn) && keyOf(dn) !== keyOf(newDn)) {
      throw new LdapFailure(resultCode.entryAlreadyExists, `"${newDn}" is there already`);
    }
    const moved = new Map<string, string>();
    for (const entry of tree.cut(dn)) {
      const parent = moved.get(parentKey(entry.key));
      const target = parent === undefined ? newDn : `${rdnText(entry.dn)},${parent}`;
      moved.set(entry.key, target);
      tree.put(placeEntry(target, parent === undefined ? renamed(entry, newDn) : entry.attributes));
    }
    modify(newDn, {});
  }

  return { add, modify, delete: remove, rename };
}

/** Fills a tree, parents first. Throws LdapFailure for an entry without a parent or with the DN of another. */
export function load(tree: Tree, changes: Changes, entries: readonly LdifEntry[]): void {
  const [first] = entries;
  if (!first || keyOf(first.dn) !== keyOf(tree.suffix)) {
    changes.add({ dn: tree.suffix, attributes: { objectClass: ['top', 'extensibleObject'] } });
  }
  for (const entry of entries) changes.add(entry);
}

function modified(
  entry: Entry,
  { replace = {}, delete: gone = {}, add = {} }: Modification,
): Entry['attributes'] {
  let attributes = withAttributes(entry.attributes, replace);
  for (const [name, values] of Object.entries(gone)) {
    attributes = withAttributes(attributes, { [name]: without(attributes, name, values) });
  }
  for (const [name, values] of Object.entries(add)) {
    const present = attributes.get(name.toLowerCase())?.values ?? [];
    attributes = withAttributes(attributes, { [name]: [...present, ...values] });
  }
  return attributes;
}

function without(attributes: Entry['attributes'], name: string, values: readonly Value[]): Buffer[] {
  if (values.length === 0) return [];
  const type = name.toLowerCase();
  const gone = new Set(values.map(value => matchKey(type, bytesOf(value))));
  return (attributes.get(type)?.values ?? []).filter(value => !gone.has(matchKey(type, value)));
}

/** The values of the old RDN give way to those of the new one. */
function renamed(entry: Entry, newDn: string): Entry['attributes'] {
  let attributes = entry.attributes;
  for (const { type, value } of rdnOf(entry.dn)) {
    attributes = withAttributes(attributes, { [type]: without(attributes, type, [value]) });
  }
  for (const { type, value } of rdnOf(newDn)) {
    const rest = without(attributes, type, [value]);
    attributes = withAttributes(attributes, { [type]: [value, ...rest] });
  }
  return attributes;
}

/** A change sequence number as OpenLDAP writes it: time, count, server, modification. */
function changeNumber(at: Date, count: number): string {
  const time = generalizedTime(at).replace('Z', `.${String(at.getMilliseconds()).padStart(3, '0')}000Z`);
  return `${time}#${count.toString(16).padStart(6, '0')}#000#000000`;
}

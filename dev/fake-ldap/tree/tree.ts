/** The entries, found by DN and listed by scope. */

import { keyOf, parentKey } from '../../../src/directory/protocol/dn.ts';
import { LdapFailure, resultCode, type Scope } from '../../../src/directory/protocol/protocol.ts';
import type { Entry } from '../../../src/directory/server/entries.ts';

interface Node {
  entry: Entry;
  readonly children: Set<Node>;
}

export interface Tree {
  /** The DN of the root. */
  readonly suffix: string;
  /**
   * The entry of that DN. Throws LdapFailure 32 with the closest existing ancestor, or 34 for a text that is not a DN.
   */
  find(dn: string): Entry;
  has(dn: string): boolean;
  /** The entries of a scope, parents first, otherwise in the order in which they were added. Throws as `find`. */
  under(dn: string, scope: Scope): Generator<Entry>;
  /** Adds an entry, or replaces the one with its DN. Throws LdapFailure 32 without a parent. */
  put(entry: Entry): void;
  /** Removes an entry with its children, and returns them, parents first. Throws as `find`. */
  cut(dn: string): Entry[];
}

/** An empty tree; the first entry must be that of the suffix. */
export function createTree(suffix: string): Tree {
  const nodes = new Map<string, Node>();
  const suffixKey = keyOf(suffix);

  function put(entry: Entry): void {
    const known = nodes.get(entry.key);
    if (known) {
      known.entry = entry;
      return;
    }
    const node = { entry, children: new Set<Node>() };
    if (entry.key !== suffixKey) parentNode(entry).children.add(node);
    nodes.set(entry.key, node);
  }

  function cut(dn: string): Entry[] {
    const node = findNode(dn);
    const entries = [...walk(node)];
    for (const { key } of entries) nodes.delete(key);
    nodes.get(parentKey(node.entry.key))?.children.delete(node);
    return entries;
  }

  function* under(dn: string, scope: Scope): Generator<Entry> {
    const node = findNode(dn);
    if (scope === 'base' || scope === 'sub') yield node.entry;
    if (scope === 'one') for (const child of node.children) yield child.entry;
    if (scope === 'sub' || scope === 'children') for (const child of node.children) yield* walk(child);
  }

  function findNode(dn: string): Node {
    const key = keyOf(dn);
    const node = nodes.get(key);
    if (node) return node;
    throw new LdapFailure(resultCode.noSuchObject, `There is no entry "${dn}"`, nearestAbove(key));
  }

  function parentNode({ dn, key }: Entry): Node {
    const parent = nodes.get(parentKey(key));
    if (parent) return parent;
    throw new LdapFailure(resultCode.noSuchObject, `"${dn}" has no parent entry`, nearestAbove(key));
  }

  function nearestAbove(key: string): string {
    for (let above = parentKey(key); above !== ''; above = parentKey(above)) {
      const node = nodes.get(above);
      if (node) return node.entry.dn;
    }
    return '';
  }

  return {
    suffix,
    find: dn => findNode(dn).entry,
    has: dn => nodes.has(keyOf(dn)),
    under,
    put,
    cut,
  };
}

function* walk(node: Node): Generator<Entry> {
  yield node.entry;
  for (const child of node.children) yield* walk(child);
}

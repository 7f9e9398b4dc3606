/**
 * Finds links that can move to entries with the same DN and a new identity. A group or person that was created again under
 * its old DN is another entry until an administrator relinks it (case B4). After a directory was rebuilt (case B5) or
 * identities are read from another attribute (case B11), this applies to all entries.
 */
import type { CurrentState, KnownGroup, UserLink } from '../../model/current.ts';
import { CAUSE_PREFIXES, type KnownReference } from '../../model/doubt.ts';
import type { GroupMove, Move, Moves, PersonMove } from '../../model/ownership.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';

/** An entry that can take over the link of another identity with the same DN. */
interface Replacement {
  readonly externalId: ExternalId;
  readonly dn: string;
}

/**
 * Finds the links whose identity a complete read did not find while another entry has their DN. Linked entries inherit
 * nothing. Groups inherit only if a mapping matches them. `group` limits the result to the group with this DN.
 */
export function findMoves(
  snapshot: Snapshot,
  current: CurrentState,
  links: readonly UserLink[],
  group?: string,
): Moves {
  const groups = groupMoves(snapshot, current);
  if (group === undefined) return { groups, people: personMoves(snapshot, links) };
  return { groups: groups.filter(move => looseDn(move.dn) === looseDn(group)), people: [] };
}

/** Returns the current state after these moves, read with this attribute. `links`: the links of all users. */
export function asRelinked(
  current: CurrentState,
  links: readonly UserLink[],
  moves: Moves & { readonly idAttribute: string },
): CurrentState {
  const groups = new Map(moves.groups.map(move => [move.from, move]));
  const people = new Map(moves.people.map(move => [move.from, move]));
  const replaced = new Set(moves.groups.map(move => move.to));
  return {
    ...current,
    ...(current.lastRead && { lastRead: { ...current.lastRead, idAttribute: moves.idAttribute } }),
    groups: current.groups
      .filter(known => !replaced.has(known.externalId))
      .map(known => movedGroup(known, groups.get(known.externalId))),
    references: new Map(
      Array.from(current.references, ([key, stored]) => [key, movedReference(key, stored, groups)]),
    ),
    links: links.map(link => {
      const move = people.get(link.externalId);
      return move === undefined ? link : { ...link, externalId: move.to, dn: move.dn };
    }),
  };
}

function movedGroup(known: KnownGroup, move: Move | undefined): KnownGroup {
  if (move === undefined) return known;
  const state = known.state === 'released' ? 'released' : 'linked';
  return { ...known, externalId: move.to, dn: move.dn, state, reason: undefined, missedReads: 0 };
}

function movedReference(
  key: string,
  stored: KnownReference,
  moves: ReadonlyMap<ExternalId, Move>,
): KnownReference {
  if (!CAUSE_PREFIXES.some(prefix => key.startsWith(prefix))) return stored;
  const owners = Object.entries(stored.groups).map(([id, had]) => [moves.get(id)?.to ?? id, had]);
  return { ...stored, groups: Object.fromEntries(owners) };
}

function groupMoves(snapshot: Snapshot, current: CurrentState): GroupMove[] {
  const linked = new Set(current.groups.filter(isLinked).map(known => known.externalId));
  const mapped = snapshot.groups.filter(group => group.mapping !== undefined);
  const replacementAt = replacementsOf(mapped, linked);
  const read = new Set(snapshot.groups.map(group => group.externalId));
  const names = new Map(current.managed.map(group => [group.id, group]));
  const slugs = new Map(current.teams.map(team => [team.id, team.slug]));
  return current.groups.flatMap(known => {
    const replacement = replacementAt.get(looseDn(known.dn));
    if (!isLinked(known) || read.has(known.externalId) || replacement === undefined) return [];
    const group = names.get(known.accessGroupId ?? 0);
    return {
      dn: replacement.dn,
      from: known.externalId,
      to: replacement.externalId,
      accessGroupId: known.accessGroupId,
      team: slugs.get(group?.teamId ?? 0) ?? '',
      name: group?.name ?? known.cn,
    };
  });
}

/** Whether the identity of a group is in use. A released group counts: it stays released under its new identity. */
export function isLinked({ accessGroupId, state }: KnownGroup): boolean {
  return accessGroupId !== undefined || state === 'released';
}

function personMoves({ users }: Snapshot, links: readonly UserLink[]): PersonMove[] {
  const replacementAt = replacementsOf(users, new Set(links.map(link => link.externalId)));
  const read = new Set(users.map(user => user.externalId));
  return links.flatMap(({ externalId, dn, userId }) => {
    const replacement = replacementAt.get(looseDn(dn));
    if (read.has(externalId) || replacement === undefined) return [];
    return { dn: replacement.dn, from: externalId, to: replacement.externalId, userId };
  });
}

function replacementsOf(
  entries: readonly { readonly externalId: ExternalId | undefined; readonly dn: string }[],
  linked: ReadonlySet<ExternalId>,
): ReadonlyMap<string, Replacement> {
  const found = new Map<string, Replacement>();
  for (const { externalId, dn } of entries) {
    if (externalId !== undefined && !linked.has(externalId)) found.set(looseDn(dn), { externalId, dn });
  }
  return found;
}

/** A rebuilt server may write DNs in another letter case. */
function looseDn(dn: string): string {
  return dn.toLowerCase();
}

/**
 * A group or a person that was created again under its old DN has another identity, and is somebody else until a person
 * says otherwise (case B4). After a directory was rebuilt that is so for all of them (case B5), and for all of them, too,
 * when identities are read from another attribute (case B11).
 */
import type { CurrentState, KnownGroup, UserLink } from '../../model/current.ts';
import type { GroupMove, Move, Moves, PersonMove } from '../../model/ownership.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';

/** An entry of the directory that may take over what is linked to its DN. */
interface Heir {
  readonly externalId: ExternalId;
  readonly dn: string;
}

/**
 * The links whose identity a whole read did not find while another entry has their DN. Entries that are linked already
 * inherit nothing, and groups only where a mapping matches them. With `group`, the one with this DN alone.
 */
export function findMoves(
  snapshot: Snapshot,
  current: CurrentState,
  links: readonly UserLink[],
  group?: string,
): Moves {
  const groups = groupMoves(snapshot, current);
  if (group === undefined) return { groups, people: personMoves(snapshot, links) };
  return { groups: groups.filter(move => addressKey(move.dn) === addressKey(group)), people: [] };
}

/** What would be true after these moves, and had it been read with this attribute. `links`: everybody's. */
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

function groupMoves(snapshot: Snapshot, current: CurrentState): GroupMove[] {
  const linked = new Set(current.groups.filter(isLinked).map(known => known.externalId));
  const mapped = snapshot.groups.filter(group => group.mapping !== undefined);
  const heirAt = heirs(mapped, linked);
  const read = new Set(snapshot.groups.map(group => group.externalId));
  const names = new Map(current.managed.map(group => [group.id, group]));
  const slugs = new Map(current.teams.map(team => [team.id, team.slug]));
  return current.groups.flatMap(known => {
    const heir = heirAt.get(addressKey(known.dn));
    if (!isLinked(known) || read.has(known.externalId) || heir === undefined) return [];
    const group = names.get(known.accessGroupId ?? 0);
    return {
      dn: heir.dn,
      from: known.externalId,
      to: heir.externalId,
      accessGroupId: known.accessGroupId,
      team: slugs.get(group?.teamId ?? 0) ?? '',
      name: group?.name ?? known.cn,
    };
  });
}

/** Whether an identity is of use. A released group counts as well: under its new identity it stays released. */
export function isLinked({ accessGroupId, state }: KnownGroup): boolean {
  return accessGroupId !== undefined || state === 'released';
}

function personMoves({ users }: Snapshot, links: readonly UserLink[]): PersonMove[] {
  const heirAt = heirs(users, new Set(links.map(link => link.externalId)));
  const read = new Set(users.map(user => user.externalId));
  return links.flatMap(({ externalId, dn, userId }) => {
    const heir = heirAt.get(addressKey(dn));
    if (read.has(externalId) || heir === undefined) return [];
    return { dn: heir.dn, from: externalId, to: heir.externalId, userId };
  });
}

function heirs(
  entries: readonly { readonly externalId: ExternalId | undefined; readonly dn: string }[],
  linked: ReadonlySet<ExternalId>,
): ReadonlyMap<string, Heir> {
  const found = new Map<string, Heir>();
  for (const { externalId, dn } of entries) {
    if (externalId !== undefined && !linked.has(externalId)) found.set(addressKey(dn), { externalId, dn });
  }
  return found;
}

/** Servers that were rebuilt may write DNs in other letters. */
function addressKey(dn: string): string {
  return dn.toLowerCase();
}
